"""The rules of returns: what can come back, and for how much."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from libs.common.errors import DomainError, Refusals
from services.sales.domain.lifecycles import ReturnStatus, WebStatus
from services.sales.domain.orders import ProductTwice
from services.sales.domain.pricing import Line
from services.sales.domain.returns import (
    OrderNotReturnable,
    Pieces,
    ProductNotInOrder,
    ProductNotInReturn,
    RefundTooLarge,
    ReturnIsClosed,
    ReturnItem,
    ReturnLine,
    TooManyReturned,
    check_open,
    check_products,
    check_returnable,
    lines_of,
)

COLA = Line(
    product_id=15,
    product_name="Coca Cola",
    quantity=5,
    unit_price=Decimal("86.21"),
    tax_amount=Decimal("68.95"),
    discount_amount=Decimal("0.00"),
    amount=Decimal("431.05"),
    tax_rate="0.16",
)
BREAD = replace(
    COLA,
    product_id=20,
    product_name="Pan",
    quantity=1,
    tax_amount=Decimal("13.79"),
    amount=Decimal("86.21"),
)
"""Both cost 100.00 a piece."""


def an_item(product_id: int = 15, quantity: int = 1, refund: str | None = None) -> ReturnItem:
    return ReturnItem(product_id, quantity, "Broken", Decimal(refund) if refund else None, "restock")


def returned(
    *items: ReturnItem, sold: Sequence[Line] = (COLA, BREAD), returned: int = 0, claimed: int = 0
) -> tuple[ReturnLine, ...]:
    pieces = {line.product_id: Pieces(line.product_id, line.quantity, returned, claimed) for line in sold}
    return lines_of(items, sold, pieces)


def refusals(*items: ReturnItem, returned_before: int = 0, claimed: int = 0) -> list[DomainError]:
    with pytest.raises(DomainError) as refused:
        returned(*items, returned=returned_before, claimed=claimed)
    error = refused.value
    return list(error.refusals) if isinstance(error, Refusals) else [error]


def test_a_line_is_refunded_at_the_price_that_was_paid() -> None:
    assert returned(an_item(quantity=3)) == (
        ReturnLine(
            line=1,
            product_id=15,
            product_name="Coca Cola",
            quantity=3,
            unit_price=Decimal("100.00"),
            reason="Broken",
            refund_amount=Decimal("300.00"),
            disposition="restock",
        ),
    )


def test_lines_are_numbered_as_they_are_requested() -> None:
    assert [(line.line, line.product_id) for line in returned(an_item(20), an_item(15))] == [(1, 20), (2, 15)]


@pytest.mark.parametrize(("refund", "refunded"), [("0.01", "0.01"), ("200.00", "200.00")])
def test_a_refund_may_be_less_than_what_was_paid(refund: str, refunded: str) -> None:
    (line,) = returned(an_item(quantity=2, refund=refund))
    assert line.refund_amount == Decimal(refunded)


def test_a_refund_is_not_more_than_what_was_paid() -> None:
    (refusal,) = refusals(an_item(quantity=2, refund="200.01"))
    assert isinstance(refusal, RefundTooLarge)
    assert refusal.details["paid"] == "200.00"


@pytest.mark.parametrize(
    ("back", "claimed", "returnable"), [(0, 0, 5), (2, 0, 3), (0, 2, 3), (2, 2, 1), (2, 3, 0)]
)
def test_not_more_is_returned_than_was_bought_and_is_in_no_other_return(
    back: int, claimed: int, returnable: int
) -> None:
    if returnable:
        assert returned(an_item(quantity=returnable), sold=[COLA], returned=back, claimed=claimed)
    (refusal,) = refusals(an_item(quantity=returnable + 1), returned_before=back, claimed=claimed)
    assert isinstance(refusal, TooManyReturned)
    assert refusal.details == {
        "product_id": 15,
        "product_name": "Coca Cola",
        "returnable": returnable,
        "requested": returnable + 1,
    }


def test_all_that_is_wrong_with_the_items_is_told_at_once() -> None:
    refused = refusals(an_item(15), an_item(15), an_item(9), an_item(20, quantity=2, refund="200.01"))
    assert [type(refusal) for refusal in refused] == [
        ProductTwice,
        ProductNotInOrder,
        TooManyReturned,
        RefundTooLarge,
    ]
    assert [refusal.details["product_id"] for refusal in refused] == [15, 9, 20, 20]


@pytest.mark.parametrize("status", WebStatus)
def test_an_order_is_returned_once_it_is_confirmed_and_until_it_is_cancelled(status: WebStatus) -> None:
    if status in {WebStatus.PENDING, WebStatus.CANCELLED}:
        with pytest.raises(OrderNotReturnable):
            check_returnable(status)
    else:
        check_returnable(status)
        assert f"`{status}`" in OrderNotReturnable.remedy


@pytest.mark.parametrize("status", ReturnStatus)
def test_goods_change_their_way_until_the_return_is_closed(status: ReturnStatus) -> None:
    if status in {ReturnStatus.PROCESSED, ReturnStatus.REJECTED}:
        with pytest.raises(ReturnIsClosed):
            check_open(status)
    else:
        check_open(status)


def test_only_products_of_the_return_can_be_named_in_it() -> None:
    lines = returned(an_item(15))
    check_products([15], lines)
    with pytest.raises(ProductNotInReturn) as refused:
        check_products([15, 20], lines)
    assert refused.value.details == {"product_id": 20}
