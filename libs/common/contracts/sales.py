"""The events of sales. Money is in the shop's currency, to the cent."""

from typing import Literal
from uuid import UUID

from libs.common.contracts.event import Amount, Event, Instant, Payload, event
from libs.common.contracts.shift_figures import ShiftFigures

Channel = Literal["POS", "WEB"]

Disposition = Literal["restock", "discard"]
"""Whether returned goods are for sale again, or are written off."""


class SoldLine(Payload):
    """One line of an order. `amount` is `unit_price` × `quantity`, before tax; with `tax_amount` it was paid.

    `unit_price` is after the discount, and `discount_amount` what the line saved, both before tax.
    `tax_rate` is that of the sale: "0.16", "0.08", "0.00" or "EXENT"; null: sold before it was recorded.
    """

    product_id: int
    product_name: str
    quantity: int
    unit_price: Amount
    amount: Amount
    tax_amount: Amount
    discount_amount: Amount
    tax_rate: str | None = None


class CartItem(Payload):
    """Pieces of a product in a cart."""

    product_id: int
    quantity: int


@event("sales.cart_changed.v1", subject="cart/<user_id>")
class CartChanged(Event):
    """The content of a cart of the web shop changed: all that is in it now.

    `items` is empty after it was cleared or checked out. `version` rises with every change of a cart.
    """

    cart_id: int
    user_id: int
    version: int
    items: tuple[CartItem, ...]
    changed_at: Instant


@event("sales.order_created.v1", subject="order/<order_uuid>", once_per="order")
class OrderCreated(Event):
    """An order was placed, and its stock is allocated to it.

    There is no event of a sale that was undone before its till could send it: nothing was sold.
    """

    order_uuid: UUID
    order_id: int
    channel: Channel
    customer_id: int | None = None
    user_id: int
    final_amount: Amount
    created_at: Instant


@event("sales.order_status_changed.v1", subject="order/<order_uuid>")
class OrderStatusChanged(Event):
    """A web order was confirmed, processed, shipped or delivered.

    Cancelling is told by `sales.order_cancelled.v1` instead. The states are those of the web shop.
    """

    order_uuid: UUID
    order_id: int
    channel: Channel
    user_id: int
    from_status: str
    to_status: str
    changed_at: Instant


@event("sales.order_deleted.v1", subject="order/<order_uuid>", once_per="order")
class OrderDeleted(Event):
    """A web order was deleted. One that was live is cancelled too."""

    order_uuid: UUID
    order_id: int
    channel: Channel
    user_id: int
    deleted_at: Instant


class PaidBy(Payload):
    """What one payment method paid, tax included."""

    payment_method: str
    amount: Amount


@event("sales.order_paid.v1", subject="order/<order_uuid>", once_per="order")
class OrderPaid(Event):
    """An order was paid, at a till or by the invoice of a web order: with its lines as they were sold.

    `subtotal` is before tax, `final_amount` with tax. `payment_method` is CASH, CARD, TRANSFER, VOUCHER,
    POINTS, CREDIT, EXCHANGE (money of an earlier return) or WEB, or MIXED: then `payments` are the tenders.
    Without them it paid all.
    """

    order_uuid: UUID
    order_id: int
    ticket_folio: str
    channel: Channel
    customer_id: int | None = None
    user_id: int
    payment_method: str
    subtotal: Amount
    total_tax: Amount
    final_amount: Amount
    money_saved_total: Amount
    lines: tuple[SoldLine, ...]
    payments: tuple[PaidBy, ...] | None = None
    paid_at: Instant


@event("sales.order_paid_again.v1", subject="order/<order_uuid>", once_per="invoice")
class OrderPaidAgain(OrderPaid):
    """A web order was paid by another invoice, after the one that had paid it was refunded.

    The members are those of `sales.order_paid.v1`, `paid_at` is the time of this payment. It is not undone by
    the refund of an invoice with a lower `invoice_id`.
    """

    invoice_id: int


class PutBack(Payload):
    """Pieces of a product that go back to the shelf."""

    product_id: int
    quantity: int


@event("sales.order_cancelled.v1", subject="order/<order_uuid>", once_per="order")
class OrderCancelled(Event):
    """An order was cancelled, and its stock goes back.

    `reason` is `user`, `unpaid` (by the system, after its time) or `deleted`. `put_back` is what goes back,
    without what was shipped or had come back by returns before; an empty list: nothing. Null: everything that
    the order took.
    """

    order_uuid: UUID
    order_id: int
    channel: Channel
    reason: str
    put_back: tuple[PutBack, ...] | None = None
    cancelled_at: Instant


class ReturnedLine(Payload):
    """Pieces of a product that came back, and what was refunded for them, tax included."""

    product_id: int
    product_name: str
    quantity: int
    refund_amount: Amount
    disposition: Disposition


class ReturnFacts(Event):
    """Of every event about a return: `user_id` is the buyer."""

    return_uuid: UUID
    return_id: int
    order_uuid: UUID
    order_id: int
    channel: Channel
    user_id: int


@event("sales.return_processed.v1", subject="order/<order_uuid>", once_per="return")
class ReturnProcessed(ReturnFacts):
    """The goods of a return came back, for the shelf or to be written off.

    `refund_amount` is the sum of the lines. `is_everything_back`: with this return, all that the order sold
    has come back.
    """

    lines: tuple[ReturnedLine, ...]
    refund_amount: Amount
    is_everything_back: bool
    processed_at: Instant


@event("sales.order_returned.v1", subject="order/<order_uuid>", once_per="return")
class OrderReturned(Event):
    """Pieces of a paid order came back at a till, and their money was given back.

    `user_id` is who took them back. `refunds` are what each payment method gave back, POINTS in pesos,
    EXCHANGE as money for other orders; `points_returned` are the points of it. `kept_amount` is what the
    order cost less all that was refunded so far: the points that it earned shrink to those that this much
    earns. `is_everything_back`: with this return, all that the order sold has come back. `sold_at` is when it
    was paid.
    """

    return_uuid: UUID
    return_id: int
    order_uuid: UUID
    order_id: int
    channel: Channel
    customer_id: int | None = None
    user_id: int
    lines: tuple[ReturnedLine, ...]
    refund_amount: Amount
    refunds: tuple[PaidBy, ...]
    points_returned: int
    kept_amount: Amount
    is_everything_back: bool
    sold_at: Instant
    returned_at: Instant


class RequestedLine(ReturnedLine):
    """Pieces of a product to return. Where they go may change until the return is processed."""

    reason: str


@event("sales.return_requested.v1", subject="order/<order_uuid>", once_per="return")
class ReturnRequested(ReturnFacts):
    """A return of pieces of an order was requested.

    `refund_amount` is the sum of the lines.
    """

    lines: tuple[RequestedLine, ...]
    refund_amount: Amount
    requested_at: Instant


@event("sales.return_changed.v1", subject="order/<order_uuid>")
class ReturnChanged(ReturnFacts):
    """A return of an order was approved, rejected or deleted.

    `sales.return_processed.v1` tells the last step.
    """

    status: str
    is_deleted: bool = False
    changed_at: Instant


class InvoiceFacts(Event):
    """Of every event about an invoice: `invoice_number` counts up in its series, without a gap.

    `status` is `pending`, `paid`, `refunded` or `cancelled`; a pending one is overdue after `due_date`.
    """

    invoice_id: int
    invoice_series: str
    invoice_number: int
    order_uuid: UUID
    order_id: int
    user_id: int
    amount: Amount
    status: str
    due_date: Instant
    paid_at: Instant | None = None


@event("sales.invoice_created.v1", subject="order/<order_uuid>", once_per="invoice")
class InvoiceCreated(InvoiceFacts):
    """An order of the web shop has an invoice, with its number."""

    created_at: Instant


@event("sales.invoice_changed.v1", subject="order/<order_uuid>")
class InvoiceChanged(InvoiceFacts):
    """An invoice was paid, refunded, cancelled or deleted, or is due on another day.

    None is told when one becomes overdue: `due_date` says when. A deleted invoice keeps its number and its
    status.
    """

    refunded_at: Instant | None = None
    is_deleted: bool = False
    changed_at: Instant


MovementOfCash = Literal["PAID_IN", "PAID_OUT", "DROP", "NO_SALE"]


@event("sales.shift_opened.v1", subject="shift/<shift_id>", once_per="shift")
class ShiftOpened(Event):
    """A shift of a register was opened. `expected_opening` is what its last close left in the drawer."""

    shift_id: int
    register_id: int
    register_name: str
    opened_by: int
    opening_cash: Amount
    expected_opening: Amount | None = None
    opened_at: Instant


@event("sales.cash_moved.v1", subject="shift/<shift_id>", once_per="movement")
class CashMoved(Event):
    """Cash was put into a drawer or taken out by hand, or the drawer was only opened (`NO_SALE`).

    Cash of sales, returns, layaways and payments of credit is not told here: `sales.shift_closed.v1` has its
    sums.
    """

    movement_id: int
    shift_id: int
    register_id: int
    kind: MovementOfCash
    amount: Amount
    reason: str
    user_id: int
    moved_at: Instant


@event("sales.shift_closed.v1", subject="shift/<shift_id>", once_per="shift")
class ShiftClosed(Event):
    """A shift was closed: its Z report, whose figures never change. `z_number` counts up per register."""

    shift_id: int
    register_id: int
    register_name: str
    z_number: int
    opened_by: int
    opened_at: Instant
    closed_by: int
    closed_at: Instant
    users: tuple[int, ...]
    left_in_drawer: Amount
    withdrawn: Amount
    report: ShiftFigures
