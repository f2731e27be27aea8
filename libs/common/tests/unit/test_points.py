"""The points that a purchase earns."""

from decimal import Decimal

import pytest

from libs.common.points import points_for


@pytest.mark.parametrize(
    ("final_amount", "points"),
    [("200.00", 2), ("149.99", 1), ("150.00", 2), ("250.00", 3), ("49.99", 0), ("50.00", 1), ("0.00", 0)],
)
def test_a_purchase_earns_one_percent_rounded_half_up(final_amount: str, points: int) -> None:
    assert points_for(Decimal(final_amount)) == points
