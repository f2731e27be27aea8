"""Reads layaways, each read with a fixed number of statements."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, LiteralString

from psycopg import sql

from libs.common.db.database import Database, Sql, Transaction
from libs.common.db.listing import ListQuery, is_literally
from libs.common.db.pages import Listing, Page
from services.sales.domain.layaways import LayawayNotFound, OnlyOpenLayawaysChange
from services.sales.domain.lifecycles import LayawayStatus
from services.sales.usecases.layaways.views import LayawayPayment, LayawayView, WholeLayaway
from services.sales.usecases.orders.reading import lines_of, returned_of

SELECT_LAYAWAYS: LiteralString = """
select layaways.id, order_id, orders.uuid as order_uuid, ticket_folio, layaways.customer_id, customer_name,
    layaways.status, due_date, total, paid, layaways.user_id, layaways.created_at, layaways.paid_at,
    layaways.cancelled_at, cancelled_by, cancel_reason, refunds, refunded_amount
from layaways join orders on orders.id = order_id
"""

SELECT_LAYAWAY: LiteralString = f"{SELECT_LAYAWAYS} where layaways.id = %(id)s"

SELECT_LAYAWAY_OF_ORDER: LiteralString = f"{SELECT_LAYAWAYS} where order_id = %(order_id)s"

LOCK_LAYAWAY: LiteralString = f"{SELECT_LAYAWAY} for no key update of layaways"

SELECT_PAYMENTS = """
select id, layaway_id, payments, amount, cash_received, shift_id, user_id, created_at
from layaway_payments where layaway_id = any(%(layaway_ids)s) order by layaway_id, id
"""

# Words are literals, so that a prepared statement also uses a partial index.
IS_OVERDUE: LiteralString = f"layaways.status = '{LayawayStatus.OPEN}' and due_date < %(today)s"
IS_NOT_OVERDUE: LiteralString = f"not ({IS_OVERDUE})"
OF_CUSTOMER: LiteralString = "layaways.customer_id = %(customer_id)s"

LAYAWAY_LIST = Listing(
    row=LayawayView,
    rows=SELECT_LAYAWAYS,
    counted="layaways",
    columns={"id": "layaways.id", "created_at": "layaways.id"},
    default=(("id", True),),
)


@dataclass(frozen=True, slots=True)
class LayawayFilter:
    """The filters of a list; None means no filter."""

    status: str | None = None
    customer_id: int | None = None
    is_overdue: bool | None = None


async def list_layaways(
    query: ListQuery, *, wanted: LayawayFilter, today: date, database: Database
) -> Page[WholeLayaway]:
    """Layaways with their goods and payments, newest first. `today` is the store's day."""
    conditions, params = conditions_of(wanted, today)
    page = await LAYAWAY_LIST.read(query, conditions, params, database=database)
    return page.showing(await _with_parts(page.items, database))


async def find_layaway(layaway_id: int, *, database: Database) -> WholeLayaway:
    """The layaway; raises `LayawayNotFound`."""
    return await _whole(SELECT_LAYAWAY, {"id": layaway_id}, database)


async def find_layaway_of(order_id: int, *, database: Database) -> WholeLayaway:
    """The layaway of an order; raises `LayawayNotFound`."""
    return await _whole(SELECT_LAYAWAY_OF_ORDER, {"order_id": order_id}, database)


async def find_open(tx: Transaction, layaway_id: int) -> LayawayView:
    """The layaway, which may not be open any more when its row is locked; raises as `lock_open`."""
    return _open(await tx.fetch_one(LayawayView, SELECT_LAYAWAY, {"id": layaway_id}))


async def lock_open(tx: Transaction, layaway_id: int) -> LayawayView:
    """The open layaway, which nobody else changes before this transaction ends.

    Raises `LayawayNotFound` or `OnlyOpenLayawaysChange`.
    """
    return _open(await tx.fetch_one(LayawayView, LOCK_LAYAWAY, {"id": layaway_id}))


async def payments_of(layaway_ids: Sequence[int], database: Database | Sql) -> list[LayawayPayment]:
    """The payments for these layaways, the first one first."""
    return await database.fetch_all(LayawayPayment, SELECT_PAYMENTS, {"layaway_ids": layaway_ids})


def conditions_of(wanted: LayawayFilter, today: date) -> tuple[list[sql.Composable], dict[str, Any]]:
    """The conditions that the wanted layaways meet, with their parameters."""
    conditions: list[sql.Composable] = []
    if wanted.status is not None:
        conditions.append(is_literally("layaways.status", wanted.status))
    if wanted.customer_id is not None:
        conditions.append(sql.SQL(OF_CUSTOMER))
    if wanted.is_overdue is not None:
        conditions.append(sql.SQL(IS_OVERDUE if wanted.is_overdue else IS_NOT_OVERDUE))
    return conditions, {"customer_id": wanted.customer_id, "today": today}


def _open(layaway: LayawayView | None) -> LayawayView:
    if layaway is None:
        raise LayawayNotFound
    if layaway.status != LayawayStatus.OPEN:
        raise OnlyOpenLayawaysChange
    return layaway


async def _whole(statement: LiteralString, params: dict[str, Any], database: Database) -> WholeLayaway:
    layaway = await database.fetch_one(LayawayView, statement, params)
    if layaway is None:
        raise LayawayNotFound
    return (await _with_parts([layaway], database))[0]


async def _with_parts(layaways: Sequence[LayawayView], database: Database) -> list[WholeLayaway]:
    payments: dict[int, list[LayawayPayment]] = defaultdict(list)
    if layaways:
        for payment in await payments_of([layaway.id for layaway in layaways], database):
            payments[payment.layaway_id].append(payment)
    lines = await lines_of([layaway.order_id for layaway in layaways], database)
    returned = await returned_of([each.order_id for each in layaways if each.has_returns], database)
    return [
        WholeLayaway(
            layaway, lines[layaway.order_id], payments[layaway.id], returned.get(layaway.order_id, {})
        )
        for layaway in layaways
    ]
