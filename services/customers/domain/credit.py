"""Credit: the amount that a customer may owe (contract §5)."""

from decimal import Decimal

from libs.common.money import ZERO


def credit_limit_of(own_limit: Decimal | None, default_limit: Decimal, *, is_frequent: bool) -> Decimal:
    """The limit set for this customer; without one, the shop's default while they are frequent."""
    if own_limit is not None:
        return own_limit
    return default_limit if is_frequent else ZERO


def available_credit(credit_limit: Decimal, credit_used: Decimal) -> Decimal:
    """The rest of the limit; never below zero, even if the limit was lowered below the debt."""
    return max(credit_limit - credit_used, ZERO)
