"""Points: the number that a purchase earns (contract §4), for every service that books or shows it."""

from decimal import ROUND_HALF_UP, Decimal

POINTS_PER_PESO = Decimal("0.01")
WHOLE = Decimal(1)


def points_for(final_amount: Decimal) -> int:
    """1 % of the paid amount, tax included, rounded half up to whole points."""
    return int((final_amount * POINTS_PER_PESO).quantize(WHOLE, ROUND_HALF_UP))
