"""The rules for the content of an order."""

from dataclasses import replace
from decimal import Decimal

import pytest

from libs.common.errors import Forbidden
from services.sales.deps import random_folio
from services.sales.domain.lifecycles import WebStatus
from services.sales.domain.orders import (
    ORDER_TOTAL_MAX,
    FirstStatusNotAllowed,
    OrderTotalTooLarge,
    ProductTwice,
    SoldOtherwise,
    check_first_status,
    check_sold,
    merge,
    refuse_too_large,
    refuse_twice,
)
from services.sales.domain.people import Person
from services.sales.domain.pricing import ManualDiscount, price_line
from services.sales.domain.stock import Item
from services.sales.tests.builders import an_item

SHOPPER, ADMIN = Person(1, is_admin=False), Person(9, is_admin=True)


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


def test_a_sale_with_another_discount_on_one_of_its_lines_is_another_sale() -> None:
    goods = [replace(an_item(), product_id=product) for product in (15, 20)]
    lines = [price_line(item, Decimal(0)) for item in goods]
    items = [Item(15, 1), Item(20, 1)]
    check_sold(items, {}, lines)
    with pytest.raises(SoldOtherwise):
        check_sold(items, {20: ManualDiscount(Decimal(5), "Rayado")}, lines)


def test_a_product_in_two_items_is_named() -> None:
    refuse_twice([Item(15, 1), Item(20, 1)])
    with pytest.raises(ProductTwice) as refusal:
        refuse_twice([Item(15, 1), Item(20, 1), Item(15, 3)])
    assert refusal.value.details == {"product_id": 15}


def test_a_shopper_begins_with_pending_orders_only() -> None:
    check_first_status("pending", SHOPPER)
    for status in {*WebStatus} - {WebStatus.PENDING}:
        with pytest.raises(Forbidden):
            check_first_status(status, SHOPPER)


def test_an_admin_begins_with_confirmed_orders_too() -> None:
    for status in ("pending", "confirmed"):
        check_first_status(status, ADMIN)
    for status in ("processing", "shipped", "delivered", "cancelled"):
        with pytest.raises(FirstStatusNotAllowed):
            check_first_status(status, ADMIN)


def test_what_is_somebody_elses_is_for_admins_only() -> None:
    SHOPPER.check_own(1)
    ADMIN.check_own(1)
    with pytest.raises(Forbidden) as refusal:
        SHOPPER.check_own(2)
    assert refusal.value.details == {"reason": "owner"}
