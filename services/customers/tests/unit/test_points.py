"""Points that are moved by hand, and the texts of the points ledger."""

import pytest

from services.customers.domain.points import (
    EarnedPointsNotPositive,
    InsufficientPoints,
    PointsType,
    points_moved,
    purchase_description,
    refuse_below_zero,
)


@pytest.mark.parametrize(
    ("kind", "amount", "points"),
    [
        (PointsType.EARN, 50, 50),
        (PointsType.REDEEM, 50, -50),
        (PointsType.REDEEM, -50, -50),
        (PointsType.ADJUSTMENT, 50, 50),
        (PointsType.ADJUSTMENT, -50, -50),
    ],
)
def test_points_are_added_or_taken_by_the_kind_of_movement(
    kind: PointsType, amount: int, points: int
) -> None:
    assert points_moved(kind, amount) == points


def test_points_that_are_earned_are_positive() -> None:
    with pytest.raises(EarnedPointsNotPositive):
        points_moved(PointsType.EARN, -1)


def test_a_balance_may_reach_zero_and_not_fall_below() -> None:
    refuse_below_zero(-150, current_points=150)
    with pytest.raises(InsufficientPoints) as refusal:
        refuse_below_zero(-151, current_points=150)
    assert refusal.value.details == {"available": 150}


def test_the_ledger_names_a_purchase_by_its_ticket() -> None:
    assert purchase_description("F47AC10B") == "Compra F47AC10B"
