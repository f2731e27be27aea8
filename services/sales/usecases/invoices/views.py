"""An invoice as every door reads it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class InvoiceView:
    """An invoice. `status` is the stored one: a pending invoice may be overdue (`shown_status`)."""

    id: int
    order_id: int
    user_id: int
    username: str
    series: str
    number: int
    amount: Decimal
    status: str
    due_date: datetime
    created_at: datetime
    paid_at: datetime | None
    refunded_at: datetime | None


@dataclass(frozen=True, slots=True)
class WholeInvoice(InvoiceView):
    """An invoice with the number of its order's lines."""

    items_count: int


@dataclass(frozen=True, slots=True)
class ChangedInvoice(InvoiceView):
    """An invoice as a change has left it, and the order that it belongs to."""

    deleted_at: datetime | None
    order_uuid: UUID
