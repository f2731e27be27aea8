"""The POS door of customers, and its messages for customers' refusals."""

from libs.common.http.pos import PosDoor
from libs.common.http.pos_dialect import error_list, on_field
from services.customers.domain.customers import CustomerHasDebt, EmailTaken, PhoneNumberTaken

pos = PosDoor(
    "Customers and their points",
    wordings={
        PhoneNumberTaken: on_field("phone_number", "customer with this phone number already exists."),
        EmailTaken: on_field("email", "customer with this email already exists."),
        CustomerHasDebt: error_list("El cliente tiene un saldo de crédito pendiente: ${credit_used}"),
    },
)
