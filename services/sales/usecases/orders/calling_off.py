"""Cancels and deletes web orders, with what hangs on them: stock, open returns and the invoice.

What was not shipped goes back to the shelf, less what had come back by returns; open returns are rejected
then. Shipped goods come back by a return only. All is decided and published in one transaction under the
order's lock. Catalog is asked to return the stock before the answer; if it cannot be reached, the event does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import LiteralString
from uuid import UUID

from libs.common.clock import Clock
from libs.common.contracts.sales import OrderCancelled, OrderDeleted, PutBack
from libs.common.db.database import Database, Transaction
from libs.common.db.operations import remember_once
from libs.common.faults import Boundary, reached
from libs.common.lifecycle import Actor, Step
from services.sales.domain.lifecycles import WEB_ORDERS, WebStatus, step_of
from services.sales.domain.orders import CancelReason
from services.sales.domain.people import Person
from services.sales.domain.stock import Item
from services.sales.usecases.counting import count_cancelled
from services.sales.usecases.invoices.closing import close_invoice
from services.sales.usecases.orders.cancelling import ORDER_CANCELLED, return_stock
from services.sales.usecases.orders.locking import lock_order
from services.sales.usecases.orders.storefront import WEB_COLUMNS
from services.sales.usecases.orders.views import WebOrderView
from services.sales.usecases.ports import Stock
from services.sales.usecases.returns.counting import pieces_not_returned
from services.sales.usecases.returns.rejecting import reject_open_returns

UPDATE_WEB_TO_CANCELLED: LiteralString = f"""
update orders set status = %(to)s, cancelled_at = %(now)s, updated_at = %(now)s
where id = %(id)s and status = any(%(from)s)
returning {WEB_COLUMNS}
"""

UPDATE_TO_DELETED = "update orders set deleted_at = %(now)s, updated_at = %(now)s where id = %(id)s"


@dataclass(frozen=True, slots=True)
class CancelWebOrder:
    """A web order to cancel for its buyer or an admin. `operation` is the same in every repeat."""

    operation: UUID
    order_id: int
    visitor: Person


@dataclass(frozen=True, slots=True)
class Cancelled:
    """A cancelled order, and the pieces that go back to the shelf."""

    order: WebOrderView
    put_back: Sequence[Item]


async def cancel_web_order(
    command: CancelWebOrder, *, database: Database, stock: Stock, clock: Clock
) -> WebOrderView:
    """Cancel the order; its stock is back, or follows if catalog cannot be reached.

    A repeat returns the order that it cancelled before. Raises `OrderNotFound`, `Forbidden` if it is somebody
    else's, or `StepNotAllowed`: a buyer cancels until it is shipped, an admin always.
    """
    by = Actor.ADMIN if command.visitor.is_admin else Actor.BUYER
    async with database.transaction() as tx:
        order = await lock_order(tx, command.order_id)
        command.visitor.check_own(order.user_id)
        if await remember_once(tx, command.operation, did=ORDER_CANCELLED, thing_id=order.id):
            step = step_of(WEB_ORDERS, order.status, WebStatus.CANCELLED, by=by)
            cancelled = await call_off(tx, order, step, reason=CancelReason.USER, now=clock())
        else:
            cancelled = Cancelled(order, await _what_goes_back(tx, order))
    await put_stock_back(cancelled, stock)
    return cancelled.order


async def delete_web_order(order_id: int, *, database: Database, stock: Stock, clock: Clock) -> None:
    """Delete the order, for an admin, and cancel it if it is not cancelled; what was not shipped goes back.

    Raises `OrderNotFound`, also if it was deleted before.
    """
    now = clock()
    cancelled: Cancelled | None = None
    async with database.transaction() as tx:
        order = await lock_order(tx, order_id)
        if order.status != WebStatus.CANCELLED:
            step = step_of(WEB_ORDERS, order.status, WebStatus.CANCELLED, by=Actor.ADMIN)
            cancelled = await call_off(tx, order, step, reason=CancelReason.DELETED, now=now)
        # Nobody finds the order of a return any more to process it.
        await reject_open_returns(tx, order.id, now=now)
        await tx.execute(UPDATE_TO_DELETED, {"id": order.id, "now": now})
        tx.publish(
            OrderDeleted(
                order_uuid=order.uuid,
                order_id=order.id,
                channel=order.channel,
                user_id=order.user_id,
                deleted_at=now,
            ),
            subject=f"order/{order.uuid}",
        )
    if cancelled:
        await put_stock_back(cancelled, stock)


async def call_off(
    tx: Transaction, order: WebOrderView, step: Step, *, reason: CancelReason, now: datetime
) -> Cancelled:
    """Cancel the locked order by this step, with its invoice and, if it was not shipped, its open returns.

    What goes back is published; after the commit `put_stock_back` does it at once.
    """
    put_back = await _what_goes_back(tx, order)
    if not order.shipped_at:
        await reject_open_returns(tx, order.id, now=now)
    cancelled = await tx.fetch_one(
        WebOrderView, UPDATE_WEB_TO_CANCELLED, {**step.sql, "id": order.id, "now": now}
    )
    assert cancelled, f"order {order.id} is {order.status} and cannot be cancelled"
    tx.publish(
        OrderCancelled(
            order_uuid=order.uuid,
            order_id=order.id,
            channel=order.channel,
            reason=reason,
            put_back=tuple(PutBack(product_id=item.product_id, quantity=item.quantity) for item in put_back),
            cancelled_at=now,
        ),
        subject=f"order/{order.uuid}",
    )
    was_paid = order.paid_at is not None
    tx.after_commit(partial(count_cancelled, order.channel, reason=reason, was_paid=was_paid))
    await close_invoice(tx, order.id, now=now)
    return Cancelled(cancelled, put_back)


async def put_stock_back(cancelled: Cancelled, stock: Stock) -> None:
    """Have catalog return the stock of an order whose cancellation is committed, in one short try."""
    reached(Boundary.AFTER_CALLED_OFF)
    await return_stock(cancelled.order.uuid, stock, put_back=cancelled.put_back)


async def _what_goes_back(tx: Transaction, order: WebOrderView) -> Sequence[Item]:
    """The pieces that the cancellation puts back; a repeat finds the same."""
    return () if order.shipped_at else await pieces_not_returned(tx, order.id)
