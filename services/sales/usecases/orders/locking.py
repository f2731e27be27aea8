"""Locks a web order: it, its invoice and its returns change one at a time.

A transaction that changes more than one row of these locks the order first, and then finds nothing half done.
"""

from typing import LiteralString

from libs.common.db.database import Transaction
from services.sales.domain.orders import OrderNotFound
from services.sales.usecases.orders.storefront import SELECT_WEB_ORDER
from services.sales.usecases.orders.views import WebOrderView

SELECT_ORDER_TO_CHANGE: LiteralString = SELECT_WEB_ORDER + " for update"


async def lock_order(tx: Transaction, order_id: int) -> WebOrderView:
    """The web order, locked until the transaction ends; raises `OrderNotFound`, also if it was deleted."""
    order = await tx.fetch_one(WebOrderView, SELECT_ORDER_TO_CHANGE, {"id": order_id})
    if order is None:
        raise OrderNotFound
    return order
