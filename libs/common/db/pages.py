"""Reads one page of a list, with the number of all matching rows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, LiteralString, TypeVar

from psycopg import DataError, sql

from libs.common.db.database import Database, Sql
from libs.common.db.keyset import after, position_of
from libs.common.db.listing import InvalidCursor, ListQuery, Position, SortKey, order_by, search, sort_keys

T = TypeVar("T")

ONE_PAGE = sql.SQL("{rows} where {conditions} {order} limit %(limit)s offset %(offset)s")
HOW_MANY = sql.SQL("select count(*) from {counted} where {conditions}")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """The rows of a page; `total` counts all matching rows. `last` is that of the last row if more follow."""

    items: list[T]
    total: int
    last: Position | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(Generic[T]):
    """A list in pages: its rows, the table that is counted, the columns to search and sort.

    `nullable` are the fields whose columns can be null. Columns that it is sorted by are fields of the row.
    """

    row: type[T]
    rows: LiteralString
    counted: LiteralString
    columns: Mapping[str, str]
    nullable: Collection[str] = ()
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
        """The page that `query` asks for, from the rows that meet all `conditions`.

        Raises `InvalidCursor` if `query.after` is no position in this order.
        """
        found, search_params = search(self.searched, query.search)
        values = {**params, **search_params}
        where = sql.SQL(" and ").join([*conditions, found])
        keys = sort_keys(self.columns, query.ordering, default=self.default, nullable=self.nullable)
        count = HOW_MANY.format(counted=sql.SQL(self.counted), conditions=where)

        async def page(connection: Sql) -> Page[T]:
            rows = await self._rows(query, where, keys, values, connection=connection)
            items = rows[: query.limit]
            last = position_of(items[-1], keys) if len(rows) > query.limit else None
            if query.after is None and last is None and (items or not query.offset):
                return Page(items, query.offset + len(items))  # on the last page no count is needed
            return Page(items, await connection.fetch_value(count, values), last)

        return await database.read(page)

    async def _rows(
        self,
        query: ListQuery,
        where: sql.Composable,
        keys: Sequence[SortKey],
        values: Mapping[str, Any],
        *,
        connection: Sql,
    ) -> list[T]:
        """The rows of the page, and the one after it, if any."""
        position, position_values = (sql.SQL("true"), {}) if query.after is None else after(keys, query.after)
        statement = ONE_PAGE.format(
            rows=sql.SQL(self.rows),
            conditions=sql.SQL(" and ").join([where, position]),
            order=order_by(keys),
        )
        page = {**values, **position_values, "limit": query.limit + 1, "offset": query.offset}
        try:
            return await connection.fetch_all(self.row, statement, page)
        except DataError as error:
            if query.after is None:
                raise
            raise InvalidCursor from error
