"""A layaway as it is read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.sales.domain.lifecycles import LayawayStatus
from services.sales.domain.pricing import Line
from services.sales.domain.returns import not_come_back
from services.sales.domain.tenders import Tender, change_of, stored_tenders


@dataclass(frozen=True, slots=True)
class LayawayView:
    """A layaway without its goods and payments. `refunds` is None unless it is cancelled.

    `refunded_amount` is its order's, None while nothing has come back.
    """

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
    refunded_amount: Decimal | None

    @property
    def has_returns(self) -> bool:
        """Whether goods have come back since it was paid."""
        return self.refunded_amount is not None

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
    """A layaway with its goods and its payments, the first one first.

    `returned` are the pieces of each product that have come back since it was paid.
    """

    layaway: LayawayView
    lines: Sequence[Line]
    payments: Sequence[LayawayPayment]
    returned: Mapping[int, int]

    def returnable(self, line: Line) -> int:
        """The pieces of the line that were sold and have not come back."""
        return not_come_back(line, self.returned, is_sold=self.layaway.status == LayawayStatus.PAID)
