"""The points or credit that pay a total."""

from decimal import Decimal

import pytest

from services.sales.domain.orders import ORDER_TOTAL_MAX
from services.sales.domain.payments import points_to_pay


@pytest.mark.parametrize(
    ("total", "points"),
    [("120.00", 120), ("120.01", 121), ("119.50", 120), ("0.01", 1), ("0.00", 0)],
)
def test_a_point_pays_a_peso_and_the_total_is_rounded_up(total: str, points: int) -> None:
    assert points_to_pay(Decimal(total)) == points


def test_the_largest_total_is_paid_by_a_thousand_million_points() -> None:
    assert points_to_pay(ORDER_TOTAL_MAX) == 1_000_000_000
