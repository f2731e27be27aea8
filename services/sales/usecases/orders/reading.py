"""Reads orders for every door, each read with a fixed number of statements."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, LiteralString
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg import sql

from libs.common.contracts.sales import Channel
from libs.common.db.database import Database, Sql
from libs.common.db.listing import ListQuery, order_by
from libs.common.db.operations import find_done
from libs.common.errors import DomainError
from libs.common.store_calendar import start_of_day
from services.sales.domain.orders import OrderNotFound
from services.sales.domain.pricing import Line
from services.sales.usecases.orders.views import OrderView, WholeOrder

ORDER_COLUMNS: LiteralString = """
    id, uuid, ticket_folio, channel, status, user_id, customer_id, customer_name,
    subtotal, total_tax, final_amount, money_saved_total, payment_method, created_at, paid_at, cancelled_at
"""

FIND_ORDER: LiteralString = f"select {ORDER_COLUMNS} from orders where id = %(id)s and channel = %(channel)s"
FIND_BY_UUID: LiteralString = f"select {ORDER_COLUMNS} from orders where uuid = %(uuid)s"

LINES_OF_ORDERS = """
select order_id, product_id, product_name, quantity, unit_price, tax_amount, discount_amount, amount
from order_lines where order_id = any(%(order_ids)s) order by order_id, line
"""

# What a list may be narrowed by; only those that were given become part of the statement.
CONDITIONS: dict[str, LiteralString] = {
    "channel": "channel = %(channel)s",
    "status": "status = %(status)s",
    "customer_id": "customer_id = %(customer_id)s",
    "payment_method": "payment_method = %(payment_method)s",
    "placed_from": "created_at >= %(placed_from)s",
    "placed_before": "created_at < %(placed_before)s",
    "folio_start": "ticket_folio ^@ %(folio_start)s",
}
SORTABLE = {name: name for name in ("id", "created_at", "paid_at", "final_amount")}
NEWEST_FIRST = (("created_at", True), ("id", True))


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which orders; None means any. Dates are days of the store, both inclusive."""

    channel: Channel
    status: str | None = None
    customer_id: int | None = None
    payment_method: str | None = None
    date_from: date | None = None
    date_to: date | None = None


@dataclass(frozen=True, slots=True)
class LineOfOrder(Line):
    """A line that knows where it belongs."""

    order_id: int


async def list_orders(
    database: Database, wanted: OrderFilter, page: ListQuery, timezone: ZoneInfo
) -> tuple[list[WholeOrder], int]:
    """The orders of one page with their lines, and how many match in all. `page.search` begins a folio."""
    parameters = _parameters(wanted, page.search, timezone)
    where = _where(parameters)
    async with database.connection() as connection:
        orders = await connection.fetch_all(
            OrderView,
            _page_statement(where, page),
            {**parameters, "limit": page.limit, "offset": page.offset},
        )
        total = page.offset + len(orders)
        if len(orders) == page.limit or (page.offset and not orders):
            total = await connection.fetch_value(sql.SQL("select count(*) from orders") + where, parameters)
        return await _with_lines(connection, orders), total


async def find_order(database: Database, order_id: int, channel: Channel) -> WholeOrder:
    """One order of the channel; raises `OrderNotFound`."""
    async with database.connection() as connection:
        order = await connection.fetch_one(OrderView, FIND_ORDER, {"id": order_id, "channel": channel})
        if order is None:
            raise OrderNotFound
        return await whole(connection, order)


async def find_placed(database: Database, operation: UUID, channel: Channel) -> WholeOrder | None:
    """The order that this operation placed, if it did."""
    order_id = await find_done(database, operation, did="order.placed")
    return None if order_id is None else await find_order(database, order_id, channel)


async def find_repeated(
    database: Database, operation: UUID, order_id: int, channel: Channel, *, did: str, refusal: DomainError
) -> OrderView:
    """The order, if this operation did that to it before; raises `refusal`, or `OrderNotFound`."""
    order = (await find_order(database, order_id, channel)).order
    if await find_done(database, operation, did=did) != order.id:
        raise refusal
    return order


async def find_by_uuid(database: Database, order_uuid: UUID) -> OrderView:
    """The order that holds this allocation; raises `OrderNotFound`."""
    order = await database.fetch_one(OrderView, FIND_BY_UUID, {"uuid": order_uuid})
    if order is None:
        raise OrderNotFound
    return order


async def whole(connection: Database | Sql, order: OrderView) -> WholeOrder:
    """The order with its lines."""
    return (await _with_lines(connection, [order]))[0]


async def _with_lines(connection: Database | Sql, orders: Sequence[OrderView]) -> list[WholeOrder]:
    lines: dict[int, list[Line]] = defaultdict(list)
    if orders:
        order_ids = [order.id for order in orders]
        for line in await connection.fetch_all(LineOfOrder, LINES_OF_ORDERS, {"order_ids": order_ids}):
            lines[line.order_id].append(line)
    return [WholeOrder(order, tuple(lines[order.id])) for order in orders]


def _parameters(wanted: OrderFilter, folio_start: str, timezone: ZoneInfo) -> dict[str, Any]:
    day_after = _day_after(wanted.date_to)
    given = {
        "channel": wanted.channel,
        "status": wanted.status,
        "customer_id": wanted.customer_id,
        "payment_method": wanted.payment_method,
        "placed_from": wanted.date_from and start_of_day(wanted.date_from, timezone),
        "placed_before": day_after and start_of_day(day_after, timezone),
        "folio_start": folio_start.upper() or None,
    }
    return {name: value for name, value in given.items() if value is not None}


def _where(parameters: dict[str, Any]) -> sql.Composed:
    conditions = [sql.SQL(CONDITIONS[name]) for name in CONDITIONS if name in parameters]
    return sql.SQL(" where ") + sql.SQL(" and ").join(conditions)


def _page_statement(where: sql.Composed, page: ListQuery) -> sql.Composed:
    return sql.SQL(f"select {ORDER_COLUMNS} from orders {{}} {{}} limit %(limit)s offset %(offset)s").format(
        where, order_by(SORTABLE, page.ordering, default=NEWEST_FIRST)
    )


def _day_after(day: date | None) -> date | None:
    """None for the last day that there is: nothing comes after it."""
    return None if day is None or day == date.max else day + timedelta(days=1)
