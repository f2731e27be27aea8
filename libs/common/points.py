"""Points that a purchase earns (contract §4) and a return takes back, for all that book or show them."""

from decimal import ROUND_HALF_UP, Decimal

POINTS_PER_PESO = Decimal("0.01")
WHOLE = Decimal(1)


def points_for(final_amount: Decimal) -> int:
    """1 % of the paid amount, tax included, rounded half up to whole points."""
    return int((final_amount * POINTS_PER_PESO).quantize(WHOLE, ROUND_HALF_UP))


def points_taken_back(kept_before: Decimal, kept_after: Decimal) -> int:
    """The points that an order's return takes back of its customer (contract §8.3), spent ones included.

    The amounts are those for which the customer has kept goods, before the return and after it. All returns
    of an order take back exactly what it has earned.
    """
    return points_for(kept_before) - points_for(kept_after)
