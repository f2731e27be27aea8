"""The shapes of invoices (STORE 31-36)."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, NotRequired
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict  # pydantic requires this TypedDict before Python 3.12

from libs.common.clock import iso_utc
from libs.common.http.described import TimeText, described, example
from libs.common.http.fields import ID, Choice, DateTimeField, MoneyNumber, Parameters, Shape
from libs.common.http.replies import money_number
from libs.common.unset import UNSET, Unset
from services.sales.domain.invoices import FIRST_STATUSES, SHOWN_STATUSES, shown_status
from services.sales.domain.lifecycles import InvoiceStatus
from services.sales.usecases.invoices.changing import ChangeInvoice
from services.sales.usecases.invoices.views import InvoiceView, WholeInvoice

STATUS = Choice(*SHOWN_STATUSES)
AMOUNT = MoneyNumber(max_digits=24, ge=0)


@example({"user_id": 1, "order_id": 1, "due_date": "2025-11-15T23:59:59Z", "status": "pending"})
class InvoiceIn(Shape):
    """An invoice to create. Its amount is the order's total."""

    user_id: Annotated[int, ID]
    """The user who placed the order."""
    order_id: Annotated[int, ID]
    """An order without an invoice."""
    due_date: Annotated[datetime, DateTimeField()] | None = None
    """To the second, in UTC unless it names a zone; by default `INVOICE_DUE_DAYS` (30) from now."""
    amount: Annotated[Decimal, AMOUNT] | None = None
    """Only the total of the order, which it is by default."""
    status: Annotated[str, Choice(*FIRST_STATUSES)] = InvoiceStatus.PENDING
    """By default `pending`; one that is `paid` pays the order."""


@example({"status": "paid", "amount": 104.48})
class InvoiceChange(Shape):
    """The fields of an invoice to change; those that are left out stay."""

    status: Annotated[str | Unset, STATUS] = UNSET
    """A status to which a step leads: `paid` from `pending` and `overdue`, `refunded` from `paid`."""
    amount: Annotated[Decimal | Unset, AMOUNT] = UNSET
    """Only the total of the order, which it is already."""
    due_date: Annotated[datetime | Unset, DateTimeField()] = UNSET
    """To the second, in UTC unless it names a zone."""

    def command(self, operation: UUID, invoice_id: int) -> ChangeInvoice:
        """The command for the use case."""
        return self.into(ChangeInvoice, operation=operation, invoice_id=invoice_id)


@example({"status": "paid"})
class InvoiceStatusIn(Shape):
    """The status of an invoice to change."""

    status: Annotated[str, STATUS]
    """A status to which a step leads: `paid` from `pending` and `overdue`, `refunded` from `paid`."""


class InvoiceFilterIn(Parameters):
    """The filter of a list of invoices."""

    status: Annotated[str, STATUS] | None = None
    """Only invoices in this status; `pending` ones are not overdue."""


OrderId = Annotated[int, Field(description="The order that it is over.")]
CreatedAt = Annotated[TimeText, Field(description="UTC.")]
Number = Annotated[int, Field(description="Counts up in the series, without a gap.")]
Series = Annotated[str, Field(description="The series in which the invoice is numbered.")]
Status = Annotated[
    str,
    STATUS,
    Field(description="`overdue` from the moment when `due_date` is past; `cancelled` with its order."),
]
Amount = Annotated[float, Field(description="The total of the order, tax included.")]
DueDate = Annotated[TimeText, Field(description="UTC.")]
PaidAt = Annotated[TimeText | None, Field(description="UTC; null unless it was paid.")]

SHOWN = {
    "id": 1,
    "order_id": 1,
    "user_id": 1,
    "amount": 104.48,
    "status": "paid",
    "invoice_series": "A",
    "invoice_number": 1,
    "due_date": "2025-11-15T20:30:00Z",
    "created_at": "2025-10-16T20:30:00Z",
    "paid_at": "2025-10-16T20:35:00Z",
}


@example(SHOWN)
class InvoiceOut(TypedDict):
    """An invoice. Three fields are not in the STORE document's list: series, number and due date."""

    id: int
    order_id: OrderId
    user_id: int
    amount: Amount
    status: Status
    invoice_series: Series
    invoice_number: Number
    due_date: DueDate
    created_at: CreatedAt
    paid_at: PaidAt


@described
class OrderDetailsOut(TypedDict):
    """The order of an invoice."""

    id: int
    items_count: int
    """The lines of the order."""
    total: float
    """What was to be paid, tax included."""


@example({**SHOWN, "username": "johndoe", "order_details": {"id": 1, "items_count": 2, "total": 104.48}})
class InvoiceDetailOut(InvoiceOut):
    """An invoice with its order."""

    username: str
    """The buyer's, as it was when the invoice was made."""
    order_details: OrderDetailsOut
    """The order that it is over."""


@example({"total_invoices": 1, "invoices": [SHOWN]})
class InvoicesOut(TypedDict):
    """A page of invoices, newest first."""

    total_invoices: NotRequired[int]
    """All matching invoices, not only those of this page; left out with `count=none`."""
    invoices: list[InvoiceOut]
    """The invoices of this page, newest first."""


PENDING: dict[str, Any] = {**SHOWN, "status": "pending", "paid_at": None}


@example({"message": "Invoice created successfully", "invoice": PENDING})
class InvoiceCreatedOut(TypedDict):
    """A message, and the new invoice."""

    message: str
    """Always `Invoice created successfully`."""
    invoice: InvoiceOut
    """The new invoice."""


@example({"message": "Invoice updated successfully", "invoice": SHOWN})
class InvoiceChangedOut(TypedDict):
    """A message, and the invoice after the change."""

    message: str
    """`Invoice updated successfully`, or `Invoice status updated successfully`."""
    invoice: InvoiceOut
    """The invoice after the change."""


@example({"message": "Invoice deleted successfully"})
class InvoiceDeletedOut(TypedDict):
    """A message that confirms the deletion."""

    message: str
    """Always `Invoice deleted successfully`."""


def invoice_out(invoice: InvoiceView, *, now: datetime) -> InvoiceOut:
    """The invoice as lists and changes show it."""
    return {
        "id": invoice.id,
        "order_id": invoice.order_id,
        "user_id": invoice.user_id,
        "amount": money_number(invoice.amount),
        "status": shown_status(invoice.status, due_date=invoice.due_date, now=now),
        "invoice_series": invoice.series,
        "invoice_number": invoice.number,
        "due_date": iso_utc(invoice.due_date),
        "created_at": iso_utc(invoice.created_at),
        "paid_at": iso_utc(invoice.paid_at) if invoice.paid_at else None,
    }


def detail_out(invoice: WholeInvoice, *, now: datetime) -> InvoiceDetailOut:
    """The invoice as its page shows it."""
    return {
        **invoice_out(invoice, now=now),
        "username": invoice.username,
        "order_details": {
            "id": invoice.order_id,
            "items_count": invoice.items_count,
            "total": money_number(invoice.amount),
        },
    }
