"""The rules for the content of an order."""

from decimal import Decimal

import pytest

from services.sales.deps import random_folio
from services.sales.domain.orders import (
    ORDER_TOTAL_MAX,
    OrderTotalTooLarge,
    merge,
    refuse_too_large,
)
from services.sales.domain.stock import Item


def test_the_same_product_twice_is_one_item_where_it_stood_first() -> None:
    assert merge([Item(15, 2), Item(20, 1), Item(15, 3)]) == (Item(15, 5), Item(20, 1))


def test_a_folio_is_eight_upper_case_hex_digits() -> None:
    folio = random_folio()
    assert len(folio) == 8
    assert set(folio) <= set("0123456789ABCDEF")


def test_the_largest_total_fits_and_a_cent_more_does_not() -> None:
    refuse_too_large(ORDER_TOTAL_MAX)
    with pytest.raises(OrderTotalTooLarge):
        refuse_too_large(ORDER_TOTAL_MAX + Decimal("0.01"))
