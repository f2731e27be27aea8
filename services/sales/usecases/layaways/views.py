"""A layaway as it is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.sales.domain.lifecycles import LayawayStatus
from services.sales.domain.pricing import Line
from services.sales.domain.tenders import Tender, change_of, stored_tenders


@dataclass(frozen=True, slots=True)
class LayawayView:
    """A layaway without its goods and payments. `refunds` is None unless it is cancelled."""

    id: int
    order_id: int
    order_uuid: UUID
    ticket_folio: str
    customer_id: int
    customer_name: str | None
    status: str
    due_date: date
    total: Decimal
    paid: Decimal
    user_id: int
    created_at: datetime
    paid_at: datetime | None
    cancelled_at: datetime | None
    cancelled_by: int | None
    cancel_reason: str | None
    refunds: list[dict[str, Any]] | None

    @property
    def balance(self) -> Decimal:
        """The amount that is not paid yet."""
        return self.total - self.paid

    def is_overdue(self, today: date) -> bool:
        """Whether it is past its due date; `today` is the store's day."""
        return self.status == LayawayStatus.OPEN and self.due_date < today


@dataclass(frozen=True, slots=True)
class LayawayPayment:
    """A payment for a layaway."""

    id: int
    layaway_id: int
    payments: list[dict[str, Any]]
    amount: Decimal
    cash_received: Decimal | None
    shift_id: int | None
    user_id: int
    created_at: datetime

    @property
    def tenders(self) -> tuple[Tender, ...]:
        """Its parts, in the order of the request."""
        return stored_tenders(self.payments)

    @property
    def change(self) -> Decimal | None:
        """The change in cash; None if it is not known what was handed over."""
        return change_of(self.tenders, self.cash_received)


@dataclass(frozen=True, slots=True)
class WholeLayaway:
    """A layaway with its goods and its payments, the first one first."""

    layaway: LayawayView
    lines: Sequence[Line]
    payments: Sequence[LayawayPayment]
