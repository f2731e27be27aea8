"""The shapes in which tills send and see orders (POS, "Order Management"; contract §4, §8)."""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import WithJsonSchema
from typing_extensions import TypedDict  # pydantic requires this TypedDict before Python 3.12

from libs.common.clock import iso_utc
from libs.common.http.described import MoneyText, TimeText, described, example
from libs.common.http.fields import (
    ID,
    Boolean,
    Choice,
    DateField,
    DecimalField,
    Filters,
    Integer,
    Many,
    PrimaryKey,
    PrimaryKeyOrNull,
    Shape,
    Text,
    TextOrNull,
    UuidField,
)
from libs.common.money import ZERO, money_or_null, money_text
from services.sales.api.pos.door import SHOWN_STATUSES
from services.sales.api.pos.payment_shapes import SHOWN_METHODS, TenderOut, payment_out
from services.sales.domain.fiscal import form_of_payment, invoice_code
from services.sales.domain.folios import FOLIO_LENGTH_MAX
from services.sales.domain.lifecycles import seen_at_till
from services.sales.domain.orders import (
    ITEM_QUANTITY_MAX,
    ORDER_ITEMS_MAX,
)
from services.sales.domain.pricing import DiscountSource, Line, ManualDiscount
from services.sales.domain.refunds import RefundStatus, refund_status
from services.sales.domain.synced import Flag
from services.sales.usecases.orders.views import Review, WholeOrder

DISCOUNT_REASON_LENGTH_MAX = 255
PERCENT = r"^\d{1,3}\.\d{2}$"
REVIEW_LENGTH_MAX = 1000


class PiecesIn(Shape):
    """A quantity of a product."""

    product_id: Annotated[int, ID]
    quantity: Annotated[int, Integer(ge=1, le=ITEM_QUANTITY_MAX)]
    """Pieces."""


class ItemIn(PiecesIn):
    """A quantity of a product, and what is taken off its price by hand."""

    discount_percent: (
        Annotated[Decimal, DecimalField(max_digits=5, decimal_places=2, gt=0, le=100)] | None
    ) = None
    """A discount by hand. It counts if the promotion and the birthday give less."""
    discount_reason: Annotated[str | None, TextOrNull(max_length=DISCOUNT_REASON_LENGTH_MAX)] | None = None
    """Why; required with `discount_percent`."""

    @classmethod
    def needs(cls, body: Mapping[str, Any]) -> Collection[str]:
        """A reason beside a discount."""
        return () if body.get("discount_percent") is None else ("discount_reason",)

    def discount(self) -> ManualDiscount | None:
        """The discount by hand, if there is one."""
        if self.discount_percent is None or self.discount_reason is None:
            return None
        return ManualDiscount(self.discount_percent, self.discount_reason)


@example({"customer": 1, "items": [{"product_id": 15, "quantity": 2}]})
class OrderIn(Shape):
    """An order to create. Without `customer` it is anonymous."""

    items: Annotated[list[ItemIn], Many(min_items=1, max_items=ORDER_ITEMS_MAX)]
    """A product may come twice: its lines are added up."""
    customer: Annotated[int, PrimaryKeyOrNull()] | None = None
    """The id of the buyer; without one the order is anonymous."""
    client_id: Annotated[UUID, UuidField()] | None = None
    """The till's own id of this sale, for ever. Sent again, it answers the same order with 200.

    Its first 8 hex digits are the folio. If another order has it, this one gets another and the flag
    `FOLIO_CHANGED`.
    """


@example({"note": "Se contó de nuevo: había 3 más."})
class ReviewIn(Shape):
    """What was found."""

    note: Annotated[str, Text(max_length=REVIEW_LENGTH_MAX)]
    """Kept with the order."""


class OrderFilterIn(Filters):
    """The filters of a list of orders. Dates are days of the store, both included."""

    status: Annotated[str, Choice(*SHOWN_STATUSES)] | None = None
    """Only orders in this status."""
    customer: Annotated[int, PrimaryKey()] | None = None
    """Only orders of the customer with this id."""
    payment_method: Annotated[str, Choice(*SHOWN_METHODS)] | None = None
    """Only orders that were paid so; `MIXED`: by several methods."""
    date_from: Annotated[date, DateField()] | None = None
    """Only orders from this day on, in the store's time zone."""
    date_to: Annotated[date, DateField()] | None = None
    """Only orders up to this day, which still counts, in the store's time zone."""
    folio: Annotated[str, Text(max_length=FOLIO_LENGTH_MAX)] | None = None
    """Only the order of this ticket: its folio, its number like `C2-000123`, or a UUID; in any case."""
    flag: Annotated[str, Choice(*Flag)] | None = None
    """Only orders with this flag."""
    reviewed: Annotated[bool, Boolean()] | None = None
    """Only orders with flags that somebody has looked at, or nobody."""


ITEM_SHOWN: Any = {
    "product_id": 15,
    "product_name": "Coca Cola 600ml",
    "quantity": 2,
    "unit_price": "86.21",
    "tax_amount": "27.58",
    "discount_amount": "10.00",
    "amount": "172.42",
    "returnable_quantity": 0,
    "discount_percent": "5.48",
    "discount_source": "PROMOTION",
    "discount_reason": None,
    "clave_prod_serv": "50202306",
    "clave_unidad": "H87",
    "objeto_imp": "02",
}


@described
class ItemOut(TypedDict):
    """A line of an order."""

    product_id: int
    product_name: str
    """As it was when the order was placed."""
    quantity: int
    """Pieces."""
    unit_price: MoneyText
    """Of one piece, after the discount, before tax."""
    tax_amount: MoneyText
    """The tax of the whole line."""
    discount_amount: MoneyText
    """What the discount saved on the whole line, before tax."""
    amount: MoneyText
    """`unit_price` times `quantity`, before tax."""
    returnable_quantity: int
    """Pieces that were sold and have not come back; 0 until the order is paid."""
    discount_percent: Annotated[str, WithJsonSchema({"type": "string", "pattern": PERCENT})] | None
    """The discount that counted; null without one."""
    discount_source: Annotated[str, Choice(*DiscountSource)] | None
    """Where it comes from; null without one."""
    discount_reason: str | None
    """Why it was given by hand; else null."""
    clave_prod_serv: str | None
    """The tax authority's key of the product, as it was when the order was placed."""
    clave_unidad: str | None
    """The tax authority's key of its unit, likewise."""
    objeto_imp: str | None
    """The tax authority's key of whether it is taxed, likewise."""


@described
class ReviewOut(TypedDict):
    """Somebody's note that they have looked at the flags."""

    user: int
    """The id of the ADMIN or OWNER."""
    note: str
    """What they found."""
    at: TimeText
    """UTC."""


@example(
    {
        "id": 102,
        "ticket_folio": "F47AC10B",
        "status": "PENDING",
        "created_at": "2023-10-27T15:30:00Z",
        "customer": 1,
        "customer_name": "Maria González",
        "user": 4,
        "subtotal": "172.42",
        "total_tax": "27.58",
        "final_amount": "200.00",
        "money_saved_total": "10.00",
        "payment_method": None,
        "payments": [],
        "cash_received": None,
        "change": None,
        "formas_pago": [],
        "invoice_code": None,
        "paid_at": None,
        "cancelled_at": None,
        "client_id": "f47ac10b-58cc-4372-a567-0e02b2c3d479",
        "refunded_amount": "0.00",
        "refund_status": "NONE",
        "approved_by": 2,
        "layaway": None,
        "ticket_number": None,
        "flags": [],
        "review": None,
        "items": [{**ITEM_SHOWN, "discount_source": "MANUAL", "discount_reason": "Empaque dañado"}],
    }
)
class OrderOut(TypedDict):
    """An order with its lines."""

    id: int
    ticket_folio: Annotated[str, WithJsonSchema({"type": "string", "pattern": "^[0-9A-F]{8}$"})]
    """The number on the ticket."""
    status: Annotated[str, Choice(*SHOWN_STATUSES)]
    """`PENDING` also while points or credit are being charged."""
    created_at: TimeText
    """UTC."""
    customer: int | None
    """The id of the buyer; null if anonymous."""
    customer_name: str | None
    """As it was when the order was placed; null if anonymous."""
    user: int
    """The id of the user who placed it."""
    subtotal: MoneyText
    """The sum of all `amount`s, before tax."""
    total_tax: MoneyText
    """The sum of all `tax_amount`s."""
    final_amount: MoneyText
    """What is to be paid: `subtotal` and `total_tax`."""
    money_saved_total: MoneyText
    """The sum of all `discount_amount`s."""
    payment_method: Annotated[str, Choice(*SHOWN_METHODS)] | None
    """`MIXED` for several; null until it is paid."""
    payments: list[TenderOut]
    """The parts of the payment; empty until it is paid."""
    cash_received: MoneyText | None
    """What was handed over in cash; null if the till did not tell."""
    change: MoneyText | None
    """`cash_received` less the part paid in cash; null without it."""
    formas_pago: list[str]
    """The tax authority's key of each of the `payments` (docs/fiscal.md)."""
    invoice_code: str | None
    """With the folio, it asks for the invoice of the sale; null until it is paid."""
    paid_at: TimeText | None
    """UTC; null until it is paid."""
    cancelled_at: TimeText | None
    """UTC; null unless it is cancelled."""
    client_id: Annotated[str, WithJsonSchema({"type": "string", "format": "uuid"})] | None
    """The till's own id of the sale; null if it gave none."""
    refunded_amount: MoneyText
    """What was given back for goods that came back."""
    refund_status: Annotated[str, Choice(*RefundStatus)]
    """`FULL` when every piece has come back."""
    approved_by: int | None
    """The id of the user who approved a discount by hand; null if nobody had to."""
    layaway: int | None
    """The id of the layaway whose goods it has; it is paid and cancelled there."""
    ticket_number: str | None
    """The consecutive number of its register's tickets, `C2-000123`; null if it has none."""
    flags: list[Annotated[str, Choice(*Flag)]]
    """What a person should look at, of a sale that was made without a network."""
    review: ReviewOut | None
    """The last review of its `flags`; null until somebody has looked at them."""
    items: list[ItemOut]
    """One line for each product."""


@example({"status": "Order cancelled", "detail": "La orden 102 fue cancelada y el stock restaurado."})
class CancellationOut(TypedDict):
    """The message that the till shows after a cancellation."""

    status: str
    """Always `Order cancelled`."""
    detail: str
    """For the person at the till."""


def order_out(whole: WholeOrder) -> OrderOut:
    """The order as tills see it."""
    order = whole.order
    return {
        "id": order.id,
        "ticket_folio": order.ticket_folio,
        "status": seen_at_till(order.status),
        "created_at": iso_utc(order.created_at),
        "customer": order.customer_id,
        "customer_name": order.customer_name,
        "user": order.user_id,
        "subtotal": money_text(order.subtotal),
        "total_tax": money_text(order.total_tax),
        "final_amount": money_text(order.final_amount),
        "money_saved_total": money_text(order.money_saved_total),
        **payment_out(order),
        "formas_pago": [form_of_payment(tender) for tender in order.tenders],
        "invoice_code": invoice_code(order.uuid) if order.paid_at else None,
        "paid_at": iso_utc(order.paid_at) if order.paid_at else None,
        "cancelled_at": iso_utc(order.cancelled_at) if order.cancelled_at else None,
        "client_id": None if order.client_id is None else str(order.client_id),
        "refunded_amount": money_text(order.refunded_amount or ZERO),
        "refund_status": refund_status(
            order.refunded_amount, order.final_amount, returnable=sum(map(whole.returnable, whole.lines))
        ),
        "approved_by": order.approved_by,
        "layaway": order.layaway_id,
        "ticket_number": order.ticket_number,
        "flags": order.flags or [],
        "review": _review_out(whole.review),
        "items": [item_out(line, returnable=whole.returnable(line)) for line in whole.lines],
    }


def _review_out(review: Review | None) -> ReviewOut | None:
    if review is None:
        return None
    return {"user": review.user_id, "note": review.note, "at": iso_utc(review.at)}


def item_out(line: Line, *, returnable: int) -> ItemOut:
    """A line of an order, of which so many pieces can come back."""
    return {
        "product_id": line.product_id,
        "product_name": line.product_name,
        "quantity": line.quantity,
        "unit_price": money_text(line.unit_price),
        "tax_amount": money_text(line.tax_amount),
        "discount_amount": money_text(line.discount_amount),
        "amount": money_text(line.amount),
        "returnable_quantity": returnable,
        "discount_percent": money_or_null(line.discount_percent),
        "discount_source": line.discount_source,
        "discount_reason": line.discount_reason,
        "clave_prod_serv": line.clave_prod_serv,
        "clave_unidad": line.clave_unidad,
        "objeto_imp": line.objeto_imp,
    }
