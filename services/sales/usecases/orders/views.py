"""An order as every door reads it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Generic
from uuid import UUID

from typing_extensions import TypeVar  # Python has its defaults since 3.13

from libs.common.contracts.sales import Channel
from services.sales.domain.pricing import Line


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order without its lines. `user_name` is None in orders placed before it was recorded."""

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
    created_at: datetime
    paid_at: datetime | None
    cancelled_at: datetime | None


@dataclass(frozen=True, slots=True)
class WebOrderView(OrderView):
    """An order of the web store. `cart_id` is the cart that was checked out, if it was one."""

    cart_id: int | None
    shipping_address: str | None
    updated_at: datetime
    shipped_at: datetime | None


Order = TypeVar("Order", bound=OrderView, default=OrderView)


@dataclass(frozen=True, slots=True)
class WholeOrder(Generic[Order]):
    """An order with its lines, in the order in which they were entered."""

    order: Order
    lines: tuple[Line, ...]
