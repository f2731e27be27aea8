"""Customers: the refusals to store or delete one (contract §5)."""

from decimal import Decimal

from libs.common.errors import DomainError, Kind, NotFound
from libs.common.money import ZERO, money_text

NAME_LENGTH_MAX = 100
PHONE_NUMBER_LENGTH_MAX = 20
EMAIL_LENGTH_MAX = 254  # the longest address that mail can reach (RFC 5321)
DESCRIPTION_LENGTH_MAX = 255  # what staff writes in a ledger


class CustomerNotFound(NotFound):
    """The customer does not exist or was deleted."""

    thing = "Customer"


class BuyerNotFound(CustomerNotFound):
    """The customer was `deleted`, or never existed. Only sales is told the difference."""

    def __init__(self, *, deleted: bool = False) -> None:
        super().__init__(deleted=deleted)


class PhoneNumberTaken(DomainError):
    """Another customer has this phone number."""

    kind = Kind.CONFLICT
    code = "phone_number_taken"
    remedy = "Use the customer who has this number."


class EmailTaken(DomainError):
    """Another customer has this email."""

    kind = Kind.CONFLICT
    code = "email_taken"
    remedy = "Choose another email, or use the customer who has it."


class CustomerHasDebt(DomainError):
    """A customer who owes the shop money cannot be deleted."""

    kind = Kind.CONFLICT
    code = "customer_has_debt"
    remedy = "Let the customer pay the debt first."

    def __init__(self, credit_used: Decimal) -> None:
        super().__init__(credit_used=money_text(credit_used))


def check_deletable(credit_used: Decimal) -> None:
    """Raises `CustomerHasDebt` while anything is owed."""
    if credit_used > ZERO:
        raise CustomerHasDebt(credit_used)
