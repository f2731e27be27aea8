"""The shapes of returns at the till (contract §8.3)."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict  # pydantic requires this TypedDict before Python 3.12

from libs.common.clock import iso_utc
from libs.common.http.described import MoneyText, TimeText, described, example
from libs.common.http.fields import (
    ID,
    Choice,
    DateField,
    Filters,
    Integer,
    Many,
    MoneyField,
    PrimaryKey,
    PrimaryKeyOrNull,
    Shape,
    Text,
)
from libs.common.money import money_or_null, money_text
from services.sales.api.pos.door import SHOWN_STATUSES
from services.sales.domain.folios import FOLIO_LENGTH_MAX
from services.sales.domain.orders import ITEM_QUANTITY_MAX, ORDER_ITEMS_MAX
from services.sales.domain.payments import PaymentMethod
from services.sales.domain.people import Person
from services.sales.domain.refunds import Refund, refunds_of
from services.sales.domain.returns import ReturnItem, ReturnLine
from services.sales.domain.tenders import MIXED
from services.sales.domain.till_returns import Wanted
from services.sales.usecases.till_returns.deciding import Preview
from services.sales.usecases.till_returns.views import Payout, TillReturn, exchanged

REASON_LENGTH_MAX = 500
REFUNDS_MAX = 10
RESTOCK = "RESTOCK"
DISPOSITIONS = (RESTOCK, "DISCARD")


class ReturnItemIn(Shape):
    """Pieces of a product that a customer brings back."""

    product_id: Annotated[int, ID]
    quantity: Annotated[int, Integer(ge=1, le=ITEM_QUANTITY_MAX)]
    """Pieces."""
    disposition: Annotated[str, Choice(*DISPOSITIONS)] = RESTOCK
    """`DISCARD`: the pieces are written off instead of put back on the shelf."""


class RefundIn(Shape):
    """Money to give back by a payment method."""

    payment_method: Annotated[str, Choice(*PaymentMethod)]
    """`EXCHANGE`: a new order is paid with it."""
    amount: Annotated[Decimal, MoneyField(ge=0)]
    """In pesos, also of `POINTS`."""


@example({"items": [{"product_id": 15, "quantity": 1, "disposition": "RESTOCK"}], "reason": "Caducado"})
class ReturnIn(Shape):
    """Pieces of a paid order to take back."""

    items: Annotated[list[ReturnItemIn], Many(min_items=1, max_items=ORDER_ITEMS_MAX)]
    """A product may come twice, as with another `disposition`."""
    reason: Annotated[str, Text(max_length=REASON_LENGTH_MAX)]
    """Shown with the return."""
    refunds: Annotated[list[RefundIn], Many(min_items=1, max_items=REFUNDS_MAX)] | None = None
    """What each payment method gives back; without it, the money goes back the way it came."""
    register_id: Annotated[int, PrimaryKeyOrNull()] | None = Field(None, alias="register")
    """The register whose drawer gives the money; without it, that of the caller's open shift."""

    def wanted(self, order_id: int, taker: Person) -> Wanted:
        """The return that is asked for."""
        return Wanted(
            order_id=order_id,
            items=tuple(
                ReturnItem(
                    product_id=item.product_id,
                    quantity=item.quantity,
                    reason=self.reason,
                    refund_amount=None,
                    disposition="restock" if item.disposition == RESTOCK else "discard",
                )
                for item in self.items
            ),
            reason=self.reason,
            refunds=None
            if self.refunds is None
            else tuple(Refund(refund.payment_method, refund.amount) for refund in self.refunds),
            taker=taker,
        )


@example({"register": 3})
class PayoutIn(Shape):
    """The drawer that pays out what is left of an exchange."""

    register_id: Annotated[int, PrimaryKeyOrNull()] | None = Field(None, alias="register")
    """The register whose drawer gives the money; without it, that of the caller's open shift."""


class ReturnFilterIn(Filters):
    """The filters of a list of returns. Dates are days of the store, both included."""

    status: Annotated[str, Choice(*SHOWN_STATUSES)] | None = None
    """Only returns of orders in this status. An order with a return stays `PAID`."""
    customer: Annotated[int, PrimaryKey()] | None = None
    """Only returns of orders of the customer with this id."""
    payment_method: Annotated[str, Choice(*PaymentMethod, MIXED)] | None = None
    """Only returns whose money was given back so; `MIXED`: in several ways."""
    date_from: Annotated[date, DateField()] | None = None
    """Only returns from this day on, in the store's time zone."""
    date_to: Annotated[date, DateField()] | None = None
    """Only returns up to this day, which still counts, in the store's time zone."""
    folio: Annotated[str, Text(max_length=FOLIO_LENGTH_MAX)] | None = None
    """Only returns of the order of this ticket: its folio, its number like `C2-000123`, or a UUID."""


@described
class ReturnItemOut(TypedDict):
    """Pieces of a product that came back."""

    product_id: int
    product_name: str
    """As it was when the order was placed."""
    quantity: int
    """Pieces."""
    unit_refund: MoneyText
    """What was paid for one piece, tax included."""
    amount: MoneyText
    """`unit_refund` times `quantity`."""
    disposition: Annotated[str, Choice(*DISPOSITIONS)]
    """`RESTOCK`: for sale again. `DISCARD`: written off."""


@described
class RefundOut(TypedDict):
    """Money that is given back by a payment method."""

    payment_method: Annotated[str, Choice(*PaymentMethod)]
    """`EXCHANGE`: a new order can be paid with it."""
    amount: MoneyText
    """In pesos, also of `POINTS`."""


A_RETURN = {
    "order": 102,
    "items": [
        {
            "product_id": 15,
            "product_name": "Coca Cola 600ml",
            "quantity": 1,
            "unit_refund": "100.00",
            "amount": "100.00",
            "disposition": "RESTOCK",
        }
    ],
    "refund_amount": "100.00",
    "refunds": [{"payment_method": "CASH", "amount": "100.00"}],
    "points_returned": 0,
    "points_taken_back": 1,
    "reason": "Caducado",
    "user": 4,
    "approved_by": None,
    "exchange_left": None,
    "payout": None,
}


@described
class PayoutOut(TypedDict):
    """What was left of an exchange, and was paid out in cash."""

    amount: MoneyText
    """In pesos."""
    user: int
    """The id of the ADMIN or OWNER who gave it."""
    at: TimeText
    """UTC."""


class _Figures(TypedDict):
    order: Annotated[int, Field(description="The id of the order.")]
    items: Annotated[list[ReturnItemOut], Field(description="The pieces that come back.")]
    refund_amount: Annotated[MoneyText, Field(description="Exactly what was paid for the pieces.")]
    refunds: Annotated[
        list[RefundOut], Field(description="What each payment method gives back; POINTS in pesos.")
    ]
    points_returned: Annotated[int, Field(description="The points that the customer gets back.")]
    points_taken_back: Annotated[int, Field(description="The points that these pieces had earned.")]
    reason: Annotated[str, Field(description="As it was given.")]
    user: Annotated[int, Field(description="The id of the user who takes the goods back.")]
    approved_by: Annotated[
        int | None, Field(description="The id of the user who approved it; null if nobody had to.")
    ]
    exchange_left: Annotated[
        MoneyText | None,
        Field(description="What is left of an exchange for new orders; null if nothing was exchanged."),
    ]
    payout: Annotated[
        PayoutOut | None, Field(description="What was paid out of an exchange; null if nothing was.")
    ]


@example({"id": 7, **A_RETURN, "created_at": "2023-10-28T10:00:00Z"})
class ReturnOut(_Figures):
    """Pieces of an order that came back at a till."""

    id: int
    created_at: TimeText
    """UTC."""


@example({"id": None, **A_RETURN, "created_at": None})
class PreviewOut(_Figures):
    """The figures of a return that was not made."""

    id: None
    """Null: nothing was done."""
    created_at: None
    """Null: nothing was done."""


def return_out(returned: TillReturn) -> ReturnOut:
    """The return as tills see it."""
    view = returned.view
    assert view.points_taken_back is not None, "only returns that are done are shown"
    return {
        "id": view.id,
        "order": view.order_id,
        "items": [_item_out(line) for line in returned.lines],
        "refund_amount": money_text(view.refund_amount),
        "refunds": [_refund_out(refund) for refund in view.refunds],
        "points_returned": view.points_returned,
        "points_taken_back": view.points_taken_back,
        "reason": view.reason,
        "user": view.user_id,
        "approved_by": view.approved_by,
        "created_at": iso_utc(view.created_at),
        "exchange_left": money_or_null(view.exchange_left),
        "payout": _payout_out(view.payout),
    }


def preview_out(preview: Preview, wanted: Wanted) -> PreviewOut:
    """The preview as tills see it: as the return will be."""
    decision = preview.decision
    refunds = refunds_of(decision.shares)
    return {
        "id": None,
        "order": preview.order.id,
        "items": [_item_out(line) for line in decision.lines],
        "refund_amount": money_text(decision.refund_amount),
        "refunds": [_refund_out(refund) for refund in refunds],
        "points_returned": decision.points,
        "points_taken_back": preview.points_taken_back,
        "reason": wanted.reason,
        "user": wanted.taker.user_id,
        "approved_by": None,
        "created_at": None,
        "exchange_left": money_or_null(exchanged(refunds)),
        "payout": None,
    }


def _item_out(line: ReturnLine) -> ReturnItemOut:
    return {
        "product_id": line.product_id,
        "product_name": line.product_name,
        "quantity": line.quantity,
        "unit_refund": money_text(line.unit_price),
        "amount": money_text(line.refund_amount),
        "disposition": line.disposition.upper(),
    }


def _payout_out(payout: Payout | None) -> PayoutOut | None:
    if payout is None:
        return None
    return {"amount": money_text(payout.amount), "user": payout.user_id, "at": iso_utc(payout.at)}


def _refund_out(refund: Refund) -> RefundOut:
    return {"payment_method": refund.payment_method, "amount": money_text(refund.amount)}
