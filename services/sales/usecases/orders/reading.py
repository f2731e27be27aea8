"""Reads orders for every door, each read with a fixed number of statements."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, LiteralString, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg import sql

from libs.common.contracts.sales import Channel
from libs.common.db.database import Database, Sql
from libs.common.db.listing import ListQuery, filters
from libs.common.db.operations import find_done
from libs.common.db.pages import Listing, Page
from libs.common.store_calendar import bounds_of_days
from services.sales.domain.folios import Folio
from services.sales.domain.lifecycles import TillReturnStatus, seen_as
from services.sales.domain.orders import OrderNotFound
from services.sales.domain.pricing import Line
from services.sales.usecases.orders.folios import ID_OF_FOLIO, with_folio
from services.sales.usecases.orders.views import Order, OrderView, Review, WholeOrder

ORDER_COLUMNS: LiteralString = """
    id, uuid, ticket_folio, channel, status, user_id, user_name, customer_id, customer_name,
    subtotal, total_tax, final_amount, money_saved_total, payment_method, payments, cash_received,
    created_at, paid_at, cancelled_at, client_id, refunded_amount, approved_by, layaway_id, ticket_number,
    flags
"""

SELECT_ORDERS: LiteralString = f"select {ORDER_COLUMNS} from orders"

SELECT_ORDER = SELECT_ORDERS + " where id = %(id)s and channel = %(channel)s"

SELECT_ORDER_BY_UUID = SELECT_ORDERS + " where uuid = %(uuid)s"

SELECT_ORDER_BY_CLIENT_ID = SELECT_ORDERS + " where client_id = %(client_id)s"

LINE_COLUMNS: LiteralString = """product_id, product_name, quantity, unit_price, tax_amount, discount_amount,
    amount, tax_rate, discount_percent, discount_source, discount_reason, clave_prod_serv, clave_unidad,
    objeto_imp"""

SELECT_LINES: LiteralString = f"""
select order_id, {LINE_COLUMNS}
from order_lines where order_id = any(%(order_ids)s) order by order_id, line
"""

# Only of orders of which something has come back: there is nothing to ask for the others.
SELECT_RETURNED: LiteralString = f"""
select order_id, product_id, sum(quantity)::int as quantity
from till_returns join till_return_lines on return_id = till_returns.id
where order_id = any(%(order_ids)s) and status <> '{TillReturnStatus.UNDONE}'
group by order_id, product_id
"""

# Only of orders with flags.
SELECT_REVIEWS = """
select id as order_id, reviewed_by as user_id, review_note as note, reviewed_at as at
from orders where id = any(%(order_ids)s) and reviewed_at is not null
"""

# The filters of a list; only the given ones become part of the statement. Words of which there are few are
# literals, so that a prepared statement also uses an index that only some of them have.
WORDS: dict[str, LiteralString] = {
    "channel": "channel in ({})",
    "status": "status in ({})",
    "payment_method": "payment_method in ({})",
}
CONDITIONS: dict[str, LiteralString] = {
    "customer_id": "customer_id = %(customer_id)s",
    "placed_from": "created_at >= %(placed_from)s",
    "placed_before": "created_at < %(placed_before)s",
    "folio": f"id = {ID_OF_FOLIO}",
    "flag": "flags is not null and flags @> array[%(flag)s::text]",
    "reviewed": "flags is not null and (reviewed_at is not null) = %(reviewed)s",
}
SORTABLE = ("id", "created_at")

ORDER_LIST = Listing(
    row=OrderView,
    rows=SELECT_ORDERS,
    counted="orders",
    columns={field: field for field in SORTABLE},
    begins="ticket_folio",
    default=(("created_at", True), ("id", True)),
)
# Three orders of ten may be those of one customer, who stands for the public. A plan that suits any customer
# would read and sort all of them.
ORDERS_OF_CUSTOMER = replace(ORDER_LIST, planned_anew=True)


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """The filters of a list; None means no filter. Dates are days of the store, both included.

    `status` is one that the channel shows (`seen_as`). `folio` is what stands on a ticket.
    """

    channel: Channel
    status: str | None = None
    customer_id: int | None = None
    payment_method: str | None = None
    date_from: date | None = None
    date_to: date | None = None
    folio: Folio | None = None
    flag: str | None = None
    reviewed: bool | None = None


class ChangeOfOrder(Protocol):
    """A command that changes one order; its operation is the same in every repeat of one request."""

    @property
    def operation(self) -> UUID:
        """The id of the operation."""

    @property
    def channel(self) -> Channel:
        """The channel to which the order must belong."""

    @property
    def order_id(self) -> int:
        """The order to change."""


@dataclass(frozen=True, slots=True)
class _Returned:
    order_id: int
    product_id: int
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewOfOrder(Review):
    """A review with the id of its order."""

    order_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LineOfOrder(Line):
    """A line with the id of its order."""

    order_id: int


async def list_orders(
    query: ListQuery, *, wanted: OrderFilter, timezone: ZoneInfo, database: Database
) -> Page[WholeOrder]:
    """Orders with their lines, newest first unless ordered otherwise. `query.search` starts a folio."""
    conditions, params = conditions_of(wanted, timezone)
    listing = ORDER_LIST if wanted.customer_id is None else ORDERS_OF_CUSTOMER
    page = await listing.read(query, conditions, params, database=database)
    return page.showing(await with_lines(page.items, database))


async def find_order(order_id: int, channel: Channel, *, database: Database) -> WholeOrder:
    """The order, if it belongs to this channel; raises `OrderNotFound`."""
    order = await database.fetch_one(OrderView, SELECT_ORDER, {"id": order_id, "channel": channel})
    if order is None:
        raise OrderNotFound
    return (await with_lines([order], database))[0]


async def find_order_by_uuid(order_uuid: UUID, *, database: Database) -> OrderView:
    """The committed order of either channel with this uuid; raises `OrderNotFound`."""
    order = await database.fetch_one(OrderView, SELECT_ORDER_BY_UUID, {"uuid": order_uuid})
    if order is None:
        raise OrderNotFound
    return order


async def find_sale(client_id: UUID | None, *, database: Database) -> WholeOrder | None:
    """The order to which a till gave this id, or None; without an id there is nothing to ask for."""
    if client_id is None:
        return None
    order = await database.fetch_one(OrderView, SELECT_ORDER_BY_CLIENT_ID, {"client_id": client_id})
    return None if order is None else (await with_lines([order], database))[0]


async def find_placed(operation: UUID, channel: Channel, *, database: Database) -> WholeOrder | None:
    """The order that this operation placed, or None."""
    order_id = await find_done(database, operation, did="order.placed")
    return None if order_id is None else await find_order(order_id, channel, database=database)


async def find_repeated(command: ChangeOfOrder, *, did: str, database: Database) -> OrderView | None:
    """The order if the command's operation did `did` to it before, otherwise None; raises `OrderNotFound`."""
    order = (await find_order(command.order_id, command.channel, database=database)).order
    done_to = await find_done(database, command.operation, did=did)
    return order if done_to == order.id else None


async def with_lines(orders: Sequence[Order], database: Database | Sql) -> list[WholeOrder[Order]]:
    """The orders with their lines, by one statement; another if pieces have come back, or for flags."""
    lines = await lines_of([order.id for order in orders], database)
    returned = await returned_of(
        [order.id for order in orders if order.refunded_amount is not None], database
    )
    reviews = await _reviews(orders, database)
    return [
        WholeOrder(order, tuple(lines[order.id]), returned.get(order.id, {}), reviews.get(order.id))
        for order in orders
    ]


async def lines_of(order_ids: Sequence[int], database: Database | Sql) -> Mapping[int, Sequence[Line]]:
    """The lines of each of these orders, in the order in which they were entered."""
    lines: dict[int, list[Line]] = defaultdict(list)
    if order_ids:
        for line in await database.fetch_all(LineOfOrder, SELECT_LINES, {"order_ids": order_ids}):
            lines[line.order_id].append(line)
    return lines


async def returned_of(order_ids: Sequence[int], database: Database | Sql) -> Mapping[int, Mapping[int, int]]:
    """The pieces of each product that have come back at a till, by order."""
    returned: dict[int, dict[int, int]] = defaultdict(dict)
    if order_ids:
        for found in await database.fetch_all(_Returned, SELECT_RETURNED, {"order_ids": order_ids}):
            returned[found.order_id][found.product_id] = found.quantity
    return returned


async def _reviews(orders: Sequence[Order], database: Database | Sql) -> Mapping[int, Review]:
    """The last review of the flags of each order that has one."""
    if order_ids := [order.id for order in orders if order.flags]:
        found = await database.fetch_all(ReviewOfOrder, SELECT_REVIEWS, {"order_ids": order_ids})
        return {review.order_id: review for review in found}
    return {}


def conditions_of(wanted: OrderFilter, timezone: ZoneInfo) -> tuple[list[sql.Composable], dict[str, Any]]:
    """The conditions that the wanted orders meet, with their parameters."""
    placed_from, placed_before = bounds_of_days(wanted.date_from, wanted.date_to, timezone)
    words = {
        "channel": (wanted.channel,),
        "status": seen_as(wanted.status) if wanted.status else (),
        "payment_method": (wanted.payment_method,) if wanted.payment_method else (),
    }
    values = {
        "customer_id": wanted.customer_id,
        "placed_from": placed_from,
        "placed_before": placed_before,
        "folio": wanted.folio and wanted.folio.text,
        "flag": wanted.flag,
        "reviewed": wanted.reviewed,
    }
    conditions, params = filters(CONDITIONS, values)
    of_words = [
        sql.SQL(WORDS[name]).format(sql.SQL(", ").join(map(sql.Literal, map(str, any_of))))
        for name, any_of in words.items()
        if any_of
    ]
    return [*of_words, *conditions], with_folio(params, wanted.folio)
