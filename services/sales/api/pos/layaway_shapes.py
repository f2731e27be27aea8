"""Layaways as tills and the back office send and see them (contract §8.7)."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict  # pydantic requires this TypedDict before Python 3.12

from libs.common.clock import iso_utc
from libs.common.http.described import MoneyText, TimeText, described, example
from libs.common.http.fields import (
    Boolean,
    Choice,
    ChoiceOrNull,
    DateField,
    Filters,
    Many,
    MoneyField,
    PrimaryKey,
    PrimaryKeyOrNull,
    Shape,
    Text,
    TextOrNull,
)
from libs.common.money import money_or_null, money_text
from services.sales.api.pos.order_shapes import ITEM_SHOWN, ItemOut, PiecesIn, item_out
from services.sales.api.pos.payment_shapes import tender_out
from services.sales.domain.layaways import REASON_LENGTH_MAX
from services.sales.domain.lifecycles import LayawayStatus
from services.sales.domain.orders import ORDER_ITEMS_MAX
from services.sales.domain.payments import BY_MONEY
from services.sales.domain.tenders import REFERENCE_LENGTH_MAX, TENDERS_MAX, CardKind, Payment, Tender
from services.sales.usecases.layaways.views import LayawayPayment, WholeLayaway


class LayawayTenderIn(Shape):
    """A part of a payment for a layaway."""

    payment_method: Annotated[str, Choice(*BY_MONEY)]
    amount: Annotated[Decimal, MoneyField(ge=0)]
    """What is paid so."""
    reference: Annotated[str | None, TextOrNull(max_length=REFERENCE_LENGTH_MAX)] | None = None
    """The number of the terminal's or the bank's receipt."""
    card_kind: Annotated[str | None, ChoiceOrNull(*CardKind)] | None = None
    """With `CARD` only."""


class DepositIn(Shape):
    """What is paid for a layaway now."""

    payments: Annotated[list[LayawayTenderIn], Many(min_items=1, max_items=TENDERS_MAX)]
    """At most the balance, together."""
    cash_received: Annotated[Decimal, MoneyField(ge=0)] | None = None
    """What was handed over in notes and coins, at least the part that is paid in cash."""

    def payment(self) -> Payment:
        """The payment."""
        return Payment(
            tenders=tuple(Tender(**dict(part)) for part in self.payments),
            cash_received=self.cash_received,
        )


@example(
    {
        "customer": 1,
        "items": [{"product_id": 15, "quantity": 2}],
        "deposit": {"payments": [{"payment_method": "CASH", "amount": "50.00"}], "cash_received": "100.00"},
        "due_date": "2023-11-30",
    }
)
class LayawayIn(Shape):
    """Goods to keep for a customer, who pays for them in parts."""

    customer: Annotated[int, PrimaryKey()]
    """The id of the buyer."""
    items: Annotated[list[PiecesIn], Many(min_items=1, max_items=ORDER_ITEMS_MAX)]
    """A product may come twice: its lines are added up."""
    deposit: DepositIn
    """At least the shop's part of the total, at most all of it."""
    due_date: Annotated[date, DateField()] | None = None
    """The day of the store by which all is to be paid; 30 days on by default."""
    register_id: Annotated[int, PrimaryKeyOrNull()] | None = Field(default=None, alias="register")
    """The register whose drawer takes the money; without one that of the caller's shift, or the only open."""


@example({"payments": [{"payment_method": "CARD", "amount": "150.00", "reference": "004512"}]})
class LayawayPaymentIn(DepositIn):
    """A payment for a layaway."""

    register_id: Annotated[int, PrimaryKeyOrNull()] | None = Field(default=None, alias="register")
    """The register whose drawer takes the money; without one that of the caller's shift, or the only open."""


@example({"reason": "El cliente ya no la quiere"})
class LayawayCancellationIn(Shape):
    """The end of a layaway that is not paid."""

    reason: Annotated[str, Text(max_length=REASON_LENGTH_MAX)]
    """For those who read about it."""
    register_id: Annotated[int, PrimaryKeyOrNull()] | None = Field(default=None, alias="register")
    """The register whose drawer gives the money back; without one that of the caller's shift, or the only."""


class LayawayFilterIn(Filters):
    """The filters of a list of layaways."""

    status: Annotated[str, Choice(*LayawayStatus)] | None = None
    """Only layaways in this status."""
    customer: Annotated[int, PrimaryKey()] | None = None
    """Only layaways of the customer with this id."""
    overdue: Annotated[bool, Boolean()] | None = None
    """Only open layaways whose `due_date` is over, or only others."""


@described
class LayawayTenderOut(TypedDict):
    """A part of a payment for a layaway."""

    payment: int
    """The id of the payment; several parts of one share it."""
    payment_method: Annotated[str, Choice(*BY_MONEY)]
    amount: MoneyText
    """What was paid so."""
    reference: str | None
    """The number of the terminal's or the bank's receipt."""
    card_kind: Annotated[str, Choice(*CardKind)] | None
    """Null if the till did not tell, and for what is not a card."""
    user: int
    """The id of the user who took it."""
    shift: int | None
    """The id of the shift whose drawer took it; null if there was none."""
    created_at: TimeText
    """UTC."""


@described
class LayawayRefundOut(TypedDict):
    """What a payment method gave back."""

    payment_method: Annotated[str, Choice(*BY_MONEY)]
    amount: MoneyText
    """What it had paid, less its part of the fee."""


@example(
    {
        "id": 3,
        "order": 102,
        "ticket_folio": "F47AC10B",
        "customer": 1,
        "customer_name": "Maria González",
        "user": 4,
        "status": "OPEN",
        "total": "200.00",
        "paid": "50.00",
        "balance": "150.00",
        "due_date": "2023-11-30",
        "overdue": False,
        "created_at": "2023-10-27T15:30:00Z",
        "paid_at": None,
        "cancelled_at": None,
        "cancelled_by": None,
        "cancel_reason": None,
        "refunds": [],
        "fee": None,
        "cash_received": "100.00",
        "change": "50.00",
        "items": [ITEM_SHOWN],
        "payments": [
            {
                "payment": 5,
                "payment_method": "CASH",
                "amount": "50.00",
                "reference": None,
                "card_kind": None,
                "user": 4,
                "shift": 7,
                "created_at": "2023-10-27T15:30:00Z",
            }
        ],
    }
)
class LayawayOut(TypedDict):
    """A layaway with its goods and all its payments."""

    id: int
    order: int
    """The id of its order, which is PENDING until all is paid."""
    ticket_folio: str
    """The number on the ticket."""
    customer: int
    """The id of the buyer."""
    customer_name: str | None
    """As it was when the layaway was opened."""
    user: int
    """The id of the user who opened it."""
    status: Annotated[str, Choice(*LayawayStatus)]
    total: MoneyText
    """What is to be paid, tax included."""
    paid: MoneyText
    """What has been paid so far."""
    balance: MoneyText
    """`total` less `paid`."""
    due_date: Annotated[str, DateField()]
    """The day of the store by which all is to be paid."""
    overdue: bool
    """Whether it is open and its `due_date` is over."""
    created_at: TimeText
    """UTC."""
    paid_at: TimeText | None
    """UTC; null until all is paid."""
    cancelled_at: TimeText | None
    """UTC; null unless it is cancelled."""
    cancelled_by: int | None
    """The id of the user who cancelled it."""
    cancel_reason: str | None
    """Why it was cancelled."""
    refunds: list[LayawayRefundOut]
    """What was given back when it was cancelled."""
    fee: MoneyText | None
    """What the shop kept when it was cancelled; null unless it is."""
    cash_received: MoneyText | None
    """What was handed over in cash for the last payment; null if the till did not tell."""
    change: MoneyText | None
    """`cash_received` less the part of the last payment paid in cash; null without it."""
    items: list[ItemOut]
    """One line for each product."""
    payments: list[LayawayTenderOut]
    """The parts of all payments, the first one first."""


def layaway_out(whole: WholeLayaway, *, today: date) -> LayawayOut:
    """The layaway; `today` is the store's day."""
    layaway, last = whole.layaway, whole.payments[-1]
    refunds = layaway.refunds or []
    given_back = sum((Decimal(refund["amount"]) for refund in refunds), Decimal(0))
    return {
        "id": layaway.id,
        "order": layaway.order_id,
        "ticket_folio": layaway.ticket_folio,
        "customer": layaway.customer_id,
        "customer_name": layaway.customer_name,
        "user": layaway.user_id,
        "status": layaway.status,
        "total": money_text(layaway.total),
        "paid": money_text(layaway.paid),
        "balance": money_text(layaway.balance),
        "due_date": layaway.due_date.isoformat(),
        "overdue": layaway.is_overdue(today),
        "created_at": iso_utc(layaway.created_at),
        "paid_at": iso_utc(layaway.paid_at) if layaway.paid_at else None,
        "cancelled_at": iso_utc(layaway.cancelled_at) if layaway.cancelled_at else None,
        "cancelled_by": layaway.cancelled_by,
        "cancel_reason": layaway.cancel_reason,
        "refunds": [
            {"payment_method": refund["payment_method"], "amount": refund["amount"]} for refund in refunds
        ],
        "fee": None if layaway.refunds is None else money_text(layaway.paid - given_back),
        "cash_received": money_or_null(last.cash_received),
        "change": money_or_null(last.change),
        "items": [item_out(line, returnable=whole.returnable(line)) for line in whole.lines],
        "payments": [part for payment in whole.payments for part in _tenders_out(payment)],
    }


def _tenders_out(payment: LayawayPayment) -> Iterator[LayawayTenderOut]:
    for tender in payment.tenders:
        yield {
            "payment": payment.id,
            **tender_out(tender),
            "user": payment.user_id,
            "shift": payment.shift_id,
            "created_at": iso_utc(payment.created_at),
        }
