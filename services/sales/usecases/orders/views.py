"""An order as every door reads it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Generic
from uuid import UUID

from typing_extensions import TypeVar  # Python has its defaults since 3.13

from libs.common.contracts.sales import Channel
from libs.common.money import ZERO
from services.sales.domain.lifecycles import PosStatus
from services.sales.domain.pricing import Line
from services.sales.domain.returns import not_come_back
from services.sales.domain.tenders import Tender, change_of, tenders_of


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order without its lines. `user_name` is None in orders placed before it was recorded.

    `payments` is None unless it says more than `payment_method`: see `tenders`. `client_id` is the till's own
    id of the sale, if it gave one; `approved_by` is who approved its discount. `refunded_amount` is None
    while nothing has come back at a till; `layaway_id` is the layaway whose goods it has, if it is of one.
    """

    id: int
    uuid: UUID
    ticket_folio: str
    channel: Channel
    status: str
    user_id: int
    user_name: str | None
    customer_id: int | None
    customer_name: str | None
    subtotal: Decimal
    total_tax: Decimal
    final_amount: Decimal
    money_saved_total: Decimal
    payment_method: str | None
    payments: list[dict[str, Any]] | None
    cash_received: Decimal | None
    created_at: datetime
    paid_at: datetime | None
    cancelled_at: datetime | None
    client_id: UUID | None
    refunded_amount: Decimal | None
    approved_by: int | None
    layaway_id: int | None
    ticket_number: str | None
    flags: list[str] | None

    @property
    def tenders(self) -> tuple[Tender, ...]:
        """The tenders of the order, in the order of the request; none until it is paid."""
        return tenders_of(self.payments, self.payment_method, self.final_amount)

    @property
    def change(self) -> Decimal | None:
        """The change in cash; None if it is not known what was handed over."""
        return change_of(self.tenders, self.cash_received)

    @property
    def kept_amount(self) -> Decimal:
        """The part of the total that no return at a till has given back."""
        return self.final_amount - (self.refunded_amount or ZERO)


@dataclass(frozen=True, slots=True)
class WebOrderView(OrderView):
    """An order of the web store. `cart_id` is the cart that was checked out, if it was one."""

    cart_id: int | None
    shipping_address: str | None
    updated_at: datetime
    shipped_at: datetime | None


@dataclass(frozen=True, slots=True)
class Review:
    """A user's note that the flags of an order have been looked at."""

    user_id: int
    note: str
    at: datetime


Order = TypeVar("Order", bound=OrderView, default=OrderView)


@dataclass(frozen=True, slots=True)
class WholeOrder(Generic[Order]):
    """An order with its lines, in the order in which they were entered.

    `returned` are the pieces of each product that have come back at a till. `review` is the last one of its
    flags, if it has flags and somebody has looked at them.
    """

    order: Order
    lines: tuple[Line, ...]
    returned: Mapping[int, int] = field(default_factory=dict)
    review: Review | None = None

    def returnable(self, line: Line) -> int:
        """The pieces of the line that were sold at a till and have not come back."""
        return not_come_back(line, self.returned, is_sold=self.order.status == PosStatus.PAID)
