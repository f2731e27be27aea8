"""Locks an order: it, its invoice and its returns change one at a time.

A transaction that changes more than one row of these locks the order first, and then finds nothing half done.
"""

from typing import LiteralString

from libs.common.contracts.sales import Channel
from libs.common.db.database import Transaction
from services.sales.domain.orders import OrderNotFound
from services.sales.usecases.orders.reading import SELECT_ORDERS
from services.sales.usecases.orders.views import OrderView

SELECT_ORDER_TO_CHANGE: LiteralString = (
    SELECT_ORDERS + " where id = %(id)s and channel = %(channel)s and deleted_at is null for update"
)


async def lock_order(tx: Transaction, order_id: int, channel: Channel) -> OrderView:
    """The order, locked until the transaction ends; raises `OrderNotFound`, also if it was deleted."""
    order = await tx.fetch_one(OrderView, SELECT_ORDER_TO_CHANGE, {"id": order_id, "channel": channel})
    if order is None:
        raise OrderNotFound
    return order
