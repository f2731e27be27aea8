"""Customers: when one cannot be stored or deleted (contract §5)."""

from collections.abc import Iterable
from decimal import Decimal

from libs.common.errors import DomainError, FieldErrors, Kind, NotFound
from libs.common.money import ZERO, money_text

NAME_LENGTH_MAX = 100
PHONE_NUMBER_LENGTH_MAX = 20
EMAIL_LENGTH_MAX = 254  # the longest address that mail can be sent to (RFC 5321)

TAKEN = {
    "phone_number": "customer with this phone number already exists.",
    "email": "customer with this email already exists.",
}


class CustomerNotFound(NotFound):
    """There is no such customer, or it was deleted."""

    thing = "Customer"


class ContactsTaken(FieldErrors):
    """Phone number, email or both belong to another customer."""

    kind = Kind.CONFLICT
    code = "contacts_taken"

    def __init__(self, fields: Iterable[str]) -> None:
        taken = set(fields)
        super().__init__({field: [message] for field, message in TAKEN.items() if field in taken})


class CustomerHasDebt(DomainError):
    """A customer who owes the shop money stays."""

    kind = Kind.CONFLICT
    code = "customer_has_debt"

    def __init__(self, credit_used: Decimal) -> None:
        debt = money_text(credit_used)
        super().__init__(f"El cliente tiene un saldo de crédito pendiente: ${debt}", credit_used=debt)


def check_deletable(credit_used: Decimal) -> None:
    """Raises `CustomerHasDebt` while anything is owed."""
    if credit_used > ZERO:
        raise CustomerHasDebt(credit_used)
