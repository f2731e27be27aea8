"""The rules for the content of an order."""

from services.sales.deps import random_folio
from services.sales.domain.orders import merge
from services.sales.domain.stock import Item


def test_the_same_product_twice_is_one_item_where_it_stood_first() -> None:
    assert merge([Item(15, 2), Item(20, 1), Item(15, 3)]) == (Item(15, 5), Item(20, 1))


def test_a_folio_is_eight_upper_case_hex_digits() -> None:
    folio = random_folio()
    assert len(folio) == 8
    assert set(folio) <= set("0123456789ABCDEF")
