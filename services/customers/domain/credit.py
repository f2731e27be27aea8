"""Credit: the amount that a customer may owe, its limit, and payments towards it (contract §5)."""

from decimal import Decimal
from enum import StrEnum

from libs.common.errors import DomainError, Kind
from libs.common.money import ZERO, money_text

ONLY_BY_ADMINS = frozenset({"credit_limit"})
PAYMENT_DESCRIPTION = "Abono"
"""The text of a payment in the ledger, if none is given."""


class CreditType(StrEnum):
    """The kinds of a movement of credit."""

    CHARGE = "CHARGE"
    PAYMENT = "PAYMENT"
    ADJUSTMENT = "ADJUSTMENT"


class PaymentMethod(StrEnum):
    """The methods by which a debt is paid off (contract §8.8)."""

    CASH = "CASH"
    CARD = "CARD"
    TRANSFER = "TRANSFER"


class CreditLimitExceeded(DomainError):
    """With this charge, the customer would owe more than the limit in force."""

    kind = Kind.CONFLICT
    code = "credit_limit_exceeded"
    remedy = "Take another payment method, or let the customer pay off some of the debt first."

    def __init__(self, credit_limit: Decimal, credit_used: Decimal) -> None:
        super().__init__(credit_limit=money_text(credit_limit), credit_used=money_text(credit_used))


class PaymentNotPositive(DomainError):
    """A payment towards the debt is a positive amount."""

    code = "payment_not_positive"
    remedy = "Send the amount that the customer pays."


def ignored_fields(*, from_admin: bool) -> frozenset[str]:
    """The fields of a customer that are ignored from a user: a credit limit from others than admins."""
    return frozenset() if from_admin else ONLY_BY_ADMINS


def credit_limit_of(own_limit: Decimal | None, default_limit: Decimal, *, is_frequent: bool) -> Decimal:
    """The limit set for this customer; without one, the shop's default while they are frequent."""
    if own_limit is not None:
        return own_limit
    return default_limit if is_frequent else ZERO


def available_credit(credit_limit: Decimal, credit_used: Decimal) -> Decimal:
    """The rest of the limit; never below zero, even if the limit was lowered below the debt."""
    return max(credit_limit - credit_used, ZERO)


def is_payment(amount: Decimal) -> bool:
    """Whether something is paid."""
    return amount > ZERO
