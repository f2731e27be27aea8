"""The points that a purchase earns."""

from decimal import Decimal

import pytest

from services.customers.domain.points import points_for, purchase_description


@pytest.mark.parametrize(
    ("final_amount", "points"),
    [("200.00", 2), ("149.99", 1), ("150.00", 2), ("250.00", 3), ("49.99", 0), ("50.00", 1), ("0.00", 0)],
)
def test_a_purchase_earns_one_percent_rounded_half_up(final_amount: str, points: int) -> None:
    assert points_for(Decimal(final_amount)) == points


def test_the_ledger_names_a_purchase_by_its_ticket() -> None:
    assert purchase_description("F47AC10B") == "Compra F47AC10B"
