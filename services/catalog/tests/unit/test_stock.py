"""Rules of the lines that an order takes, and of changes of the stock by hand."""

import pytest

from services.catalog.domain.products import STOCK_COUNT_MAX
from services.catalog.domain.stock import (
    Disposition,
    ProductTwice,
    ReturnedLine,
    StockTooLarge,
    TakesHeldStock,
    WantedLine,
    refuse_change,
    refuse_twice,
)


def test_each_product_stands_in_one_line() -> None:
    refuse_twice([WantedLine(15, 1), WantedLine(20, 1)])


def test_a_product_in_two_lines_is_refused() -> None:
    with pytest.raises(ProductTwice):
        refuse_twice([WantedLine(15, 1), WantedLine(20, 1), WantedLine(15, 2)])


@pytest.mark.parametrize("change", [-7, 1, STOCK_COUNT_MAX - 10])
def test_stock_is_taken_down_to_what_is_held_and_added_up_to_the_largest_count(change: int) -> None:
    refuse_change(change, current_stock=10, available=7)


def test_held_stock_is_not_taken() -> None:
    with pytest.raises(TakesHeldStock) as refusal:
        refuse_change(-8, current_stock=10, available=7)
    assert refusal.value.details == {"lowest": -7}


def test_stock_does_not_exceed_the_largest_count() -> None:
    with pytest.raises(StockTooLarge) as refusal:
        refuse_change(STOCK_COUNT_MAX - 9, current_stock=10, available=7)
    assert refusal.value.details == {"highest": STOCK_COUNT_MAX - 10}


def test_stock_above_the_largest_count_is_only_taken() -> None:
    refuse_change(-1, current_stock=STOCK_COUNT_MAX + 5, available=1)
    with pytest.raises(StockTooLarge):
        refuse_change(1, current_stock=STOCK_COUNT_MAX + 5, available=1)


def test_goods_for_the_shelf_come_back() -> None:
    assert list(ReturnedLine(15, 2, Disposition.RESTOCK).movements) == [("RETURN", 2)]


def test_discarded_goods_come_back_and_are_written_off() -> None:
    assert list(ReturnedLine(15, 2, Disposition.DISCARD).movements) == [("RETURN", 2), ("WASTE", -2)]
