"""The rules for the content of an order and its payment."""

from decimal import Decimal

import pytest

from libs.common.errors import DomainError
from services.sales.deps import random_folio
from services.sales.domain.lifecycles import PosStatus
from services.sales.domain.orders import (
    ORDER_TOTAL_MAX,
    OnlyPendingOrdersArePaid,
    OrderTotalTooLarge,
    PaymentMethodNotOffered,
    PaymentNeedsCustomer,
    merge,
    refusal_of_balance,
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


@pytest.mark.parametrize(
    ("status", "customer_id", "refusal"),
    [
        (PosStatus.PENDING, None, PaymentNeedsCustomer),
        (PosStatus.PAID, None, PaymentNeedsCustomer),
        (PosStatus.PAID, 1, OnlyPendingOrdersArePaid),
        (PosStatus.CANCELLED, 1, OnlyPendingOrdersArePaid),
        (PosStatus.PENDING, 1, PaymentMethodNotOffered),
    ],
)
def test_a_balance_pays_no_order_yet(
    status: PosStatus, customer_id: int | None, refusal: type[DomainError]
) -> None:
    assert type(refusal_of_balance(status, customer_id)) is refusal
