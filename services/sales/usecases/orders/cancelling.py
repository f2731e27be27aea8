"""Cancels orders of the till for a person.

The cancellation is committed with its event, upon which catalog returns the stock. Catalog is asked to return
it before the person is answered; if it cannot be reached, the event does it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import LiteralString
from uuid import UUID

import structlog

from libs.common.clock import Clock
from libs.common.contracts.sales import Channel, OrderCancelled
from libs.common.db.database import Database, Transaction
from libs.common.db.operations import did
from libs.common.errors import DomainError, Unavailable
from libs.common.faults import Boundary, reached
from libs.common.messaging.publishing import published
from services.sales.domain.layaways import OrderIsLaidAway
from services.sales.domain.lifecycles import CANCEL
from services.sales.domain.orders import CancelReason, OnlyPendingOrdersAreCancelled
from services.sales.domain.stock import Item
from services.sales.usecases.counting import count_cancelled
from services.sales.usecases.orders.reading import ORDER_COLUMNS, find_order, find_repeated
from services.sales.usecases.orders.views import OrderView
from services.sales.usecases.ports import Stock
from services.sales.usecases.shifts.booking import CANCELLATION_COUNTED
from services.sales.usecases.shifts.choosing import CHOSEN_SHIFT, DRAWER_FIRST, OPEN_DRAWER

ORDER_CANCELLED: LiteralString = "order.cancelled"
"""What the operation of a cancellation did."""

CANCELLATION_TOLD: LiteralString = published(
    OrderCancelled,
    of="cancelled",
    subject="'order/' || uuid",
    order_uuid="uuid",
    order_id="id",
    reason="%(reason)s::text",
    put_back="null",
)

UPDATE_TO_CANCELLED: LiteralString = f"""
with {CHOSEN_SHIFT}, {OPEN_DRAWER}, cancelled as (
    update orders set status = %(to)s, cancelled_at = %(cancelled_at)s
    where id = %(order_id)s and channel = %(channel)s and status = any(%(from)s) and {DRAWER_FIRST}
        and layaway_id is null
    returning {ORDER_COLUMNS}
), {CANCELLATION_COUNTED}, {did(ORDER_CANCELLED, of="cancelled")}, {CANCELLATION_TOLD}
select * from cancelled
"""

UPDATE_PENDING_TO_CANCELLED: LiteralString = f"""
with cancelled as (
    update orders set status = %(to)s, cancelled_at = %(cancelled_at)s
    where id = %(order_id)s and status = any(%(from)s)
    returning {ORDER_COLUMNS}
), {CANCELLATION_TOLD}
select * from cancelled
"""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class CancelOrder:
    """An order to cancel for the person `by`. `operation` is the same in every repeat of one request."""

    operation: UUID
    channel: Channel
    order_id: int
    by: int


async def cancel_order(command: CancelOrder, *, database: Database, stock: Stock, clock: Clock) -> OrderView:
    """Cancel an order that is not paid yet; its stock is back, or follows if catalog cannot be reached.

    The report of the shift that is the person's by default counts it, if that is open (contract §8.8).
    A repeat returns the order that it cancelled before.
    Raises `OrderNotFound`, `OnlyPendingOrdersAreCancelled`, or `OrderIsLaidAway` for an open layaway's.
    """
    order = await database.publish_one(
        OrderView,
        UPDATE_TO_CANCELLED,
        {
            **CANCEL.sql,
            "order_id": command.order_id,
            "channel": command.channel,
            "cancelled_at": clock(),
            "operation": command.operation,
            "reason": CancelReason.USER,
            "taker": command.by,
            "register": None,
        },
    )
    if order:
        count_cancelled(order.channel, reason=CancelReason.USER)
    order = order or await find_repeated(command, did=ORDER_CANCELLED, database=database)
    if order is None:
        raise await _why_not(command, database)
    reached(Boundary.AFTER_CANCELLED)
    await return_stock(order.uuid, stock)
    return order


async def cancel_pending(tx: Transaction, order_id: int, *, cancelled_at: datetime) -> OrderView | None:
    """Cancel the order as a part of something else that a person undoes; None if it is not PENDING."""
    params = {**CANCEL.sql, "order_id": order_id, "cancelled_at": cancelled_at, "reason": CancelReason.USER}
    cancelled = await tx.publish_one(OrderView, UPDATE_PENDING_TO_CANCELLED, params)
    if cancelled:
        tx.after_commit(partial(count_cancelled, cancelled.channel, reason=CancelReason.USER))
    return cancelled


async def _why_not(command: CancelOrder, database: Database) -> DomainError:
    """The reason for which an existing order was not cancelled."""
    order = (await find_order(command.order_id, command.channel, database=database)).order
    if order.status in CANCEL.sources and order.layaway_id is not None:
        return OrderIsLaidAway(order.layaway_id)
    return OnlyPendingOrdersAreCancelled()


async def return_stock(order_uuid: UUID, stock: Stock, *, put_back: Sequence[Item] | None = None) -> None:
    """Have catalog return this stock of a cancelled order (None: all of it), or leave that to the event."""
    try:
        await stock.cancel(order_uuid, put_back=put_back)
    except Unavailable:
        log.warning("stock_returns_by_event", order_uuid=str(order_uuid))
