from decimal import Decimal
from typing import Any

import pytest

from services.analytics.domain.suggested_orders import (
    CoverDaysRefused,
    SuggestedProduct,
    by_supplier,
    pieces_to_order,
    selling_days,
    wanted_cover,
)


def pieces(
    units_sold: int, *, days: int = 30, cover_days: int = 14, stock: int = 0, threshold: int = 0
) -> int:
    return pieces_to_order(
        units_sold=units_sold, days=days, cover_days=cover_days, stock=stock, threshold=threshold
    )


def a_suggestion(**fields: Any) -> SuggestedProduct:
    return SuggestedProduct(
        **{
            "supplier_id": 3,
            "supplier_name": "Norte",
            "products_to_order": 1,
            "pieces_to_order": 22,
            "total_cost": Decimal(253),
            "products_without_cost": 0,
            "product_id": 12,
            "name": "Coca",
            "sku": "KO",
            "current_stock": 20,
            "low_stock_threshold": 10,
            "units_sold": 60,
            "days_in_stock": 20,
            "selling_days": 20,
            "order_quantity": 22,
            "unit_cost": Decimal("11.50"),
            "found": 1,
            **fields,
        }
    )


def test_what_is_missing_for_the_days_to_cover() -> None:
    assert pieces(60, days=20, stock=20) == 22


def test_pieces_are_whole_and_rounded_up() -> None:
    assert pieces(1, days=30, cover_days=14) == 1
    assert pieces(31, days=30, cover_days=30) == 31
    assert pieces(20, days=30, cover_days=30) == 20


def test_nothing_is_to_order_of_a_stock_that_lasts() -> None:
    assert pieces(60, stock=1_000) == 0


def test_a_stock_is_ordered_above_its_threshold() -> None:
    assert pieces(1, stock=10, threshold=10) == 1
    assert pieces(1, stock=11, threshold=10) == 0


def test_nothing_is_to_order_of_a_product_that_was_not_sold() -> None:
    assert pieces(0, stock=0, threshold=10) == 0


def test_a_product_that_was_sold_without_a_known_day_in_stock_was_there_all_days() -> None:
    assert selling_days(0, 30) == 30
    assert selling_days(4, 30) == 4


def test_velocity_cover_and_cost_of_a_product() -> None:
    product = a_suggestion()
    assert (str(product.velocity), product.days_of_cover, str(product.order_cost)) == ("3.00", 6, "253.00")


def test_days_of_cover_are_those_of_the_unrounded_velocity() -> None:
    assert a_suggestion(current_stock=3, units_sold=1, selling_days=30).days_of_cover == 90


def test_a_stock_that_is_not_sold_lasts_for_ever_and_an_unknown_cost_stays_unknown() -> None:
    product = a_suggestion(units_sold=0, unit_cost=None)
    assert (product.days_of_cover, product.order_cost) == (None, None)


def test_products_are_divided_by_their_supplier() -> None:
    products = [a_suggestion(product_id=1), a_suggestion(product_id=2), a_suggestion(supplier_id=None)]
    assert [[each.supplier_id for each in listed] for listed in by_supplier(products)] == [[3, 3], [None]]


@pytest.mark.parametrize(("written", "days"), [(None, 14), ("", 14), ("1", 1), ("365", 365), (" 7.0 ", 7)])
def test_days_to_cover(written: str | None, days: int) -> None:
    assert wanted_cover(written) == days


@pytest.mark.parametrize("written", ["0", "-1", "366", "1.5", "two", "9" * 5_000, "\0"])
def test_days_to_cover_that_are_refused(written: str) -> None:
    with pytest.raises(CoverDaysRefused):
        wanted_cover(written)
