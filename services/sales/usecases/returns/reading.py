"""Reads returns, each read with a fixed number of statements. Deleted ones are left out."""

from collections.abc import Sequence
from typing import LiteralString

from libs.common.db.database import Database, Sql
from libs.common.db.listing import ListQuery
from libs.common.db.pages import Page
from services.sales.domain.people import Person
from services.sales.domain.returns import ReturnNotFound
from services.sales.usecases.returns.lines import lines_by_return
from services.sales.usecases.returns.views import ReturnView, WholeReturn
from services.sales.usecases.web_lists import WebFilter, conditions_of, newest_first

RETURN_COLUMNS: LiteralString = """
    returns.id, returns.uuid, order_id, returns.user_id, username, returns.status, admin_notes, total_refund,
    returns.created_at, returns.updated_at, processed_at
"""

SELECT_RETURNS: LiteralString = f"select {RETURN_COLUMNS} from returns"

IS_LIVE: LiteralString = "deleted_at is null"

SELECT_RETURN: LiteralString = f"{SELECT_RETURNS} where id = %(id)s and {IS_LIVE}"

SELECT_RETURN_LINES = """
select return_id, line, product_id, product_name, quantity, unit_price, reason, refund_amount, disposition
from return_lines where return_id = any(%(return_ids)s) order by return_id, line
"""

RETURN_LIST = newest_first(ReturnView, rows=SELECT_RETURNS, counted="returns")


async def list_returns(query: ListQuery, *, wanted: WebFilter, database: Database) -> Page[WholeReturn]:
    """Returns with their lines, newest first."""
    conditions, params = conditions_of(wanted, IS_LIVE)
    page = await RETURN_LIST.read(query, conditions, params, database=database)
    return page.showing(await with_lines(page.items, database))


async def find_return(return_id: int, *, visitor: Person, database: Database) -> WholeReturn:
    """The return; raises `ReturnNotFound`, or `Forbidden` if it is another's and the visitor no admin."""
    view = await database.fetch_one(ReturnView, SELECT_RETURN, {"id": return_id})
    if view is None:
        raise ReturnNotFound
    visitor.check_own(view.user_id)
    return (await with_lines([view], database))[0]


async def with_lines(returns: Sequence[ReturnView], database: Database | Sql) -> list[WholeReturn]:
    """The returns with their lines, by one statement."""
    lines = await lines_by_return(SELECT_RETURN_LINES, [view.id for view in returns], database)
    return [WholeReturn(view, tuple(lines[view.id])) for view in returns]
