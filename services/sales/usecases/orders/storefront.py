"""Reads orders of the web store. Deleted ones are left out."""

from typing import LiteralString

from libs.common.db.database import Database
from libs.common.db.listing import ListQuery
from libs.common.db.pages import Page
from services.sales.domain.orders import OrderNotFound
from services.sales.domain.people import Person
from services.sales.usecases.orders.reading import ORDER_COLUMNS, with_lines
from services.sales.usecases.orders.views import WebOrderView, WholeOrder
from services.sales.usecases.web_lists import WebFilter, conditions_of, newest_first

WEB_COLUMNS: LiteralString = (
    ORDER_COLUMNS + ", cart_id, shipping_address, coalesce(updated_at, created_at) as updated_at, shipped_at"
)

SELECT_WEB_ORDERS: LiteralString = f"select {WEB_COLUMNS} from orders"

# Literals, so that a prepared statement also uses an index of live web orders only.
IS_LIVE_ON_WEB: LiteralString = "channel = 'WEB' and deleted_at is null"

SELECT_WEB_ORDER: LiteralString = f"{SELECT_WEB_ORDERS} where id = %(id)s and {IS_LIVE_ON_WEB}"

WEB_ORDER_LIST = newest_first(WebOrderView, rows=SELECT_WEB_ORDERS, counted="orders")


async def list_web_orders(
    query: ListQuery, *, wanted: WebFilter, database: Database
) -> Page[WholeOrder[WebOrderView]]:
    """Web orders with their lines, newest first."""
    conditions, params = conditions_of(wanted, IS_LIVE_ON_WEB)
    page = await WEB_ORDER_LIST.read(query, conditions, params, database=database)
    return page.showing(await with_lines(page.items, database))


async def find_web_order(order_id: int, *, visitor: Person, database: Database) -> WholeOrder[WebOrderView]:
    """The order; raises `OrderNotFound`, or `Forbidden` if it is somebody else's and the visitor no admin."""
    order = await database.fetch_one(WebOrderView, SELECT_WEB_ORDER, {"id": order_id})
    if order is None:
        raise OrderNotFound
    visitor.check_own(order.user_id)
    return (await with_lines([order], database))[0]
