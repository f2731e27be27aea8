"""The POS door of customers, and its messages for customers' refusals."""

from libs.common.http.pos import PosDoor
from libs.common.http.pos_dialect import error_list, on_field
from services.customers.domain.credit import PaymentNotPositive
from services.customers.domain.customers import CustomerHasDebt, EmailTaken, PhoneNumberTaken
from services.customers.domain.points import EarnedPointsNotPositive, InsufficientPoints

pos = PosDoor(
    "Customers, their points and their credit",
    wordings={
        PhoneNumberTaken: on_field("phone_number", "customer with this phone number already exists."),
        EmailTaken: on_field("email", "customer with this email already exists."),
        CustomerHasDebt: error_list("El cliente tiene un saldo de crédito pendiente: ${credit_used}"),
        InsufficientPoints: error_list("Puntos insuficientes. Disponible: {available}"),
        EarnedPointsNotPositive: on_field("amount", "Ensure this value is greater than or equal to 1."),
        PaymentNotPositive: error_list("El monto del abono debe ser positivo."),
    },
)
