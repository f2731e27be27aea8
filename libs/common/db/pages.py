"""Reads one page of a list, with the number of all matching rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, LiteralString, TypeVar

from psycopg import sql

from libs.common.db.database import Database, Sql
from libs.common.db.listing import ListQuery, order_by, search

T = TypeVar("T")

ONE_PAGE = sql.SQL("{rows} where {conditions} {order} limit %(limit)s offset %(offset)s")
HOW_MANY = sql.SQL("select count(*) from {counted} where {conditions}")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """The rows of a page; `total` counts all matching rows."""

    items: list[T]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(Generic[T]):
    """A list in pages: its rows, the table that is counted, the columns to search and sort."""

    row: type[T]
    rows: LiteralString
    counted: LiteralString
    columns: Mapping[str, str]
    searched: Sequence[str] = ()
    default: Sequence[tuple[str, bool]] = (("id", False),)

    async def read(
        self,
        query: ListQuery,
        conditions: Sequence[sql.Composable],
        params: Mapping[str, Any],
        *,
        database: Database,
    ) -> Page[T]:
        """The page that `query` asks for, from the rows that meet all `conditions`."""
        found, search_params = search(self.searched, query.search)
        values = {**params, **search_params, "limit": query.limit, "offset": query.offset}
        where = sql.SQL(" and ").join([*conditions, found])
        order = order_by(self.columns, query.ordering, default=self.default)
        statement = ONE_PAGE.format(rows=sql.SQL(self.rows), conditions=where, order=order)
        count = HOW_MANY.format(counted=sql.SQL(self.counted), conditions=where)

        async def page(connection: Sql) -> Page[T]:
            items = await connection.fetch_all(self.row, statement, values)
            if 0 < len(items) < query.limit or not (items or query.offset):
                return Page(items, query.offset + len(items))  # on the last page no count is needed
            return Page(items, await connection.fetch_value(count, values))

        return await database.read(page)
