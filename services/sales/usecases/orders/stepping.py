"""Leads web orders on: their steps, and the shipping address until they are shipped.

Every change locks the order first, so that one at a time decides on what the one before has left.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

from libs.common.clock import Clock
from libs.common.contracts.sales import OrderStatusChanged
from libs.common.db.database import Database, Transaction
from libs.common.lifecycle import Actor, Step
from libs.common.unset import UNSET, Unset
from services.sales.domain.lifecycles import CANCEL_WEB, SHIP_WEB, WEB_ORDERS, WebStatus, step_of
from services.sales.domain.orders import CancelReason, ShippedAlready
from services.sales.usecases.orders.calling_off import Cancelled, call_off, put_stock_back
from services.sales.usecases.orders.locking import lock_order
from services.sales.usecases.orders.storefront import WEB_COLUMNS
from services.sales.usecases.orders.views import WebOrderView
from services.sales.usecases.ports import Stock

UPDATE_STATUS: LiteralString = f"""
update orders set status = %(to)s, updated_at = %(now)s,
    shipped_at = case when %(to)s = '{SHIP_WEB.target}' then %(now)s else shipped_at end
where id = %(id)s and status = any(%(from)s)
returning {WEB_COLUMNS}
"""

UPDATE_ADDRESS: LiteralString = f"""
update orders set shipping_address = %(shipping_address)s, updated_at = %(now)s where id = %(id)s
returning {WEB_COLUMNS}
"""


@dataclass(frozen=True, slots=True)
class ChangeWebOrder:
    """A web order for an admin to change; what is not given stays."""

    order_id: int
    status: str | Unset = UNSET
    shipping_address: str | Unset = UNSET


async def change_web_order(
    command: ChangeWebOrder, *, database: Database, stock: Stock, clock: Clock
) -> WebOrderView:
    """Take the step to the given status and set the given address, both or neither.

    Cancelling is a step too: then the stock is back, or follows if catalog cannot be reached.
    Raises `OrderNotFound`, `StepNotAllowed` or `ShippedAlready`.
    """
    now = clock()
    cancelled: Cancelled | None = None
    async with database.transaction() as tx:
        order = await lock_order(tx, command.order_id)
        if not isinstance(command.shipping_address, Unset):
            order = await _set_address(tx, order, command.shipping_address, now)
        if not isinstance(command.status, Unset):
            step = step_of(WEB_ORDERS, order.status, command.status, by=Actor.ADMIN)
            if step is CANCEL_WEB:
                cancelled = await call_off(tx, order, step, reason=CancelReason.USER, now=now)
                order = cancelled.order
            else:
                order = await take_step(tx, order, step, now=now)
    if cancelled:
        await put_stock_back(cancelled, stock)
    return order


async def take_step(tx: Transaction, order: WebOrderView, step: Step, *, now: datetime) -> WebOrderView:
    """Take a step of the locked order that does not cancel it, and publish it."""
    changed = await tx.fetch_one(WebOrderView, UPDATE_STATUS, {**step.sql, "id": order.id, "now": now})
    assert changed, f"order {order.id} is {order.status} and takes no step to {step.target}"
    tx.publish(
        OrderStatusChanged(
            order_uuid=order.uuid,
            order_id=order.id,
            channel=order.channel,
            user_id=order.user_id,
            from_status=order.status,
            to_status=changed.status,
            changed_at=now,
        ),
        subject=f"order/{order.uuid}",
    )
    return changed


async def _set_address(tx: Transaction, order: WebOrderView, address: str, now: datetime) -> WebOrderView:
    if order.shipped_at or order.status == WebStatus.CANCELLED:
        raise ShippedAlready
    return await tx.fetch_only(
        WebOrderView, UPDATE_ADDRESS, {"id": order.id, "shipping_address": address, "now": now}
    )
