"""Locks an order of a till, so that its returns are decided and finished one after another."""

from typing import LiteralString

from libs.common.db.database import Sql, Transaction
from services.sales.domain.orders import OrderNotFound
from services.sales.usecases.orders.reading import SELECT_ORDERS
from services.sales.usecases.orders.views import OrderView

SELECT_TILL_ORDER: LiteralString = SELECT_ORDERS + " where id = %(id)s and channel = 'POS'"

SELECT_TILL_ORDER_TO_CHANGE: LiteralString = SELECT_TILL_ORDER + " for no key update"


async def lock_till_order(tx: Transaction, order_id: int) -> OrderView:
    """The order, locked until the transaction ends; raises `OrderNotFound`."""
    return await _found(tx, SELECT_TILL_ORDER_TO_CHANGE, order_id)


async def find_till_order(sql: Sql, order_id: int) -> OrderView:
    """The order, which may change at any time; raises `OrderNotFound`."""
    return await _found(sql, SELECT_TILL_ORDER, order_id)


async def _found(sql: Sql, query: LiteralString, order_id: int) -> OrderView:
    order = await sql.fetch_one(OrderView, query, {"id": order_id})
    if order is None:
        raise OrderNotFound
    return order
