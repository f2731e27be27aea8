"""The rules for the content of an order."""

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
    check_first_status,
    merge,
    refuse_too_large,
    refuse_twice,
)
from services.sales.domain.people import Person
from services.sales.domain.stock import Item

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
