"""Money is Decimal, rounded half up to the cent. The currency is the shop's own (one per installation)."""

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


def to_cents(amount: Decimal) -> Decimal:
    """The amount rounded half up to the cent (contract §3)."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def money_text(amount: Decimal) -> str:
    """`"18.50"`: money in POS."""
    return str(to_cents(amount))


def money_or_null(amount: Decimal | None) -> str | None:
    """`money_text`, or None where there is no amount."""
    return None if amount is None else money_text(amount)
