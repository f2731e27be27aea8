"""The points that a purchase earns."""

from decimal import Decimal
from itertools import pairwise

import pytest

from libs.common.points import points_for, points_taken_back


@pytest.mark.parametrize(
    ("final_amount", "points"),
    [("200.00", 2), ("149.99", 1), ("150.00", 2), ("250.00", 3), ("49.99", 0), ("50.00", 1), ("0.00", 0)],
)
def test_a_purchase_earns_one_percent_rounded_half_up(final_amount: str, points: int) -> None:
    assert points_for(Decimal(final_amount)) == points


@pytest.mark.parametrize("kept", [("0.00",), ("950.00", "0.00"), ("999.50", "949.99", "949.50", "0.00")])
def test_all_returns_of_an_order_take_back_what_it_has_earned(kept: tuple[str, ...]) -> None:
    amounts = [Decimal("1000.00"), *map(Decimal, kept)]
    assert sum(points_taken_back(before, after) for before, after in pairwise(amounts)) == 10


def test_a_return_takes_back_what_the_kept_part_would_not_have_earned() -> None:
    assert points_taken_back(Decimal("1000.00"), Decimal("949.99")) == 1
    assert points_taken_back(Decimal("1000.00"), Decimal("950.00")) == 0
