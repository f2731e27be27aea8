"""Credit: the amount that a customer may owe, and its limit (contract §5)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import TypeVar

from libs.common.money import ZERO

Value = TypeVar("Value")

ONLY_BY_ADMINS = frozenset({"credit_limit"})


def writable(fields: Mapping[str, Value], *, by_admin: bool) -> dict[str, Value]:
    """The fields of a customer that the user may write: a credit limit from others than admins is ignored."""
    return {name: value for name, value in fields.items() if by_admin or name not in ONLY_BY_ADMINS}


def credit_limit_of(own_limit: Decimal | None, default_limit: Decimal, *, is_frequent: bool) -> Decimal:
    """The limit set for this customer; without one, the shop's default while they are frequent."""
    if own_limit is not None:
        return own_limit
    return default_limit if is_frequent else ZERO


def available_credit(credit_limit: Decimal, credit_used: Decimal) -> Decimal:
    """The rest of the limit; never below zero, even if the limit was lowered below the debt."""
    return max(credit_limit - credit_used, ZERO)
