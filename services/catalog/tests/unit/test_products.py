"""The computed fields of a product at the moment of reading (contract §3)."""

from decimal import Decimal

import pytest

from services.catalog.domain.products import StockBelowHolds, refusals_of_count
from services.catalog.tests.builders import a_product


def test_without_a_promotion_the_final_price_is_the_price_with_tax() -> None:
    product = a_product(price=Decimal("18.50"), discount_percent=None)
    assert (product.discounted_price, product.final_price) == (None, Decimal("21.46"))


def test_with_a_promotion_the_tax_is_on_the_discounted_price() -> None:
    product = a_product(price=Decimal("18.50"), discount_percent=Decimal("50.00"))
    assert (product.discounted_price, product.final_price) == (Decimal("9.25"), Decimal("10.73"))


def test_a_discount_of_everything_makes_it_free() -> None:
    assert a_product(discount_percent=Decimal(100)).final_price == Decimal("0.00")


def test_held_stock_is_not_available_to_sell() -> None:
    assert a_product(current_stock=10, reserved_quantity=4).available_to_sell == 6


@pytest.mark.parametrize(("stock", "is_low"), [(9, True), (10, True), (11, False)])
def test_stock_is_low_from_the_threshold_on(stock: int, is_low: bool) -> None:  # noqa: FBT001 - a table's column
    assert a_product(current_stock=stock, low_stock_threshold=10).low_stock is is_low


def test_the_stock_cannot_be_counted_below_what_is_held() -> None:
    (refusal,) = refusals_of_count(3, current_stock=10, reserved_quantity=4)
    assert isinstance(refusal, StockBelowHolds)
    assert refusal.details == {"reserved_quantity": 4}


@pytest.mark.parametrize("count", [4, 5])
def test_the_stock_can_be_counted_as_what_is_held(count: int) -> None:
    assert refusals_of_count(count, current_stock=10, reserved_quantity=4) == []


@pytest.mark.parametrize(("count", "is_refused"), [(0, True), (1, False), (3, False)])
def test_of_a_stock_below_what_is_held_only_a_lower_count_is_refused(count: int, is_refused: bool) -> None:  # noqa: FBT001 - a table's column
    assert bool(refusals_of_count(count, current_stock=1, reserved_quantity=4)) is is_refused
