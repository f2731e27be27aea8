"""Reads returns at the till that are done, each read with a fixed number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, LiteralString
from zoneinfo import ZoneInfo

from psycopg import sql

from libs.common.db.database import Database, Sql
from libs.common.db.listing import ListQuery, filters, is_literally
from libs.common.db.pages import Listing, Page
from libs.common.store_calendar import bounds_of_days
from services.sales.domain.folios import Folio
from services.sales.domain.lifecycles import PosStatus, TillReturnStatus
from services.sales.domain.till_returns import TillReturnNotFound
from services.sales.usecases.orders.folios import ID_OF_FOLIO, with_folio
from services.sales.usecases.returns.lines import lines_by_return
from services.sales.usecases.till_returns.views import TillReturn, TillReturnView

TILL_RETURN_COLUMNS: LiteralString = """
    id, uuid, order_id, customer_id, status, user_id, reason, refund_amount, shares, points_returned,
    exchange_left, approved_by, register_id, created_at, done_at, kept_amount, points_taken_back,
    is_everything_back, paid_out, paid_out_by, paid_out_at
"""

SELECT_TILL_RETURNS: LiteralString = f"select {TILL_RETURN_COLUMNS} from till_returns"

IS_DONE: LiteralString = f"status = '{TillReturnStatus.DONE}'"

SELECT_TILL_RETURN: LiteralString = f"{SELECT_TILL_RETURNS} where id = %(id)s and {IS_DONE}"

# No join, for which the planner may read all returns: it cannot tell that only these are wanted of them.
SELECT_TILL_RETURN_LINES = """
select return_id, line, product_id, product_name, quantity, unit_price,
    (select reason from till_returns where id = return_id) as reason,
    unit_price * quantity as refund_amount, disposition
from till_return_lines
where return_id = any(%(return_ids)s) order by return_id, line
"""

CONDITIONS: dict[str, LiteralString] = {
    "order_id": "order_id = %(order_id)s",
    # An order that has a return stays paid (contract §8.3), so no order has to be read.
    "order_status": f"%(order_status)s::text = '{PosStatus.PAID}'",
    "customer_id": "customer_id = %(customer_id)s",
    "made_from": "created_at >= %(made_from)s",
    "made_before": "created_at < %(made_before)s",
    "folio": f"order_id = {ID_OF_FOLIO}",
}

TILL_RETURN_LIST = Listing(
    row=TillReturnView,
    rows=SELECT_TILL_RETURNS,
    counted="till_returns",
    columns={"id": "id", "created_at": "created_at"},
    default=(("created_at", True), ("id", True)),
)


@dataclass(frozen=True, slots=True)
class TillReturnFilter:
    """The filters of a list; None means no filter. Dates are days of the store, both included.

    `folio` is what stands on the order's ticket.
    """

    order_id: int | None = None
    order_status: str | None = None
    customer_id: int | None = None
    payment_method: str | None = None
    date_from: date | None = None
    date_to: date | None = None
    folio: Folio | None = None


async def list_till_returns(
    query: ListQuery, *, wanted: TillReturnFilter, timezone: ZoneInfo, database: Database
) -> Page[TillReturn]:
    """Returns with their lines, newest first unless ordered otherwise."""
    conditions, params = conditions_of(wanted, timezone)
    page = await TILL_RETURN_LIST.read(query, conditions, params, database=database)
    return page.showing(await with_lines(page.items, database))


async def find_till_return(return_id: int, *, database: Database) -> TillReturn:
    """The return; raises `TillReturnNotFound`."""
    view = await database.fetch_one(TillReturnView, SELECT_TILL_RETURN, {"id": return_id})
    if view is None:
        raise TillReturnNotFound
    return (await with_lines([view], database))[0]


async def with_lines(returns: Sequence[TillReturnView], database: Database | Sql) -> list[TillReturn]:
    """The returns with their lines, by one statement."""
    lines = await lines_by_return(SELECT_TILL_RETURN_LINES, [view.id for view in returns], database)
    return [TillReturn(view, tuple(lines[view.id])) for view in returns]


def conditions_of(
    wanted: TillReturnFilter, timezone: ZoneInfo
) -> tuple[list[sql.Composable], dict[str, Any]]:
    """The conditions that the wanted returns meet, with their parameters."""
    made_from, made_before = bounds_of_days(wanted.date_from, wanted.date_to, timezone)
    values = {
        "order_id": wanted.order_id,
        "order_status": wanted.order_status,
        "customer_id": wanted.customer_id,
        "made_from": made_from,
        "made_before": made_before,
        "folio": wanted.folio and wanted.folio.text,
    }
    conditions, params = filters(CONDITIONS, values)
    if wanted.payment_method:  # some methods are of most returns, others of few
        conditions.append(is_literally("refund_method", wanted.payment_method))
    return [sql.SQL(IS_DONE), *conditions], with_folio(params, wanted.folio)
