"""Reads one page of a list, with the number of all matching rows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import Any, Generic, LiteralString, TypeVar

from psycopg import DataError, sql

from libs.common.db.counts import (
    NOT_COUNTED,
    Count,
    CountStatements,
    believed_count,
    count_rows,
    count_statements,
    long_lists,
)
from libs.common.db.database import Database, Sql
from libs.common.db.keyset import after, position_of
from libs.common.db.listing import (
    InvalidCursor,
    ListQuery,
    Position,
    SortKey,
    order_by,
    search,
    search_beginning,
    sort_keys,
)

T = TypeVar("T")
Shown = TypeVar("Shown")

# The limit is part of the statement: the planner must know that a page is short. The offset is a parameter:
# pages at different offsets share a prepared statement.
ONE_PAGE = "{rows} where {conditions} {order} limit {limit} {offset}"
ANY_KIND = sql.SQL("true")
OF_RANGES = "select * from ({ranges}) listed {order} limit {limit} {offset}"
OFFSET, NO_OFFSET = "offset %(offset)s", ""
# A statement costs more than to count a list that is shorter than its page, which is counted for nothing.
WITH_COUNT = b"select listed.*, (%b) as found from (%b) listed"


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """The rows of a page; `total` counts all matching rows. `last` is that of the last row if more follow."""

    items: list[T]
    total: Count
    last: Position | None = None

    def showing(self, items: list[Shown]) -> "Page[Shown]":
        """The same page with other items in the place of its rows."""
        return Page(items, self.total, self.last)


@dataclass(frozen=True, slots=True)
class PageStatements:
    """The statements of a page and of the counts, their parameters, and the page's order."""

    rows: bytes
    counts: CountStatements
    params: Mapping[str, Any]
    keys: Sequence[SortKey]

    @property
    def rows_with_count(self) -> bytes:
        """The rows, each with the number of all matching rows as far as it is counted exactly."""
        return WITH_COUNT % (self.counts.some, self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(Generic[T]):
    """A list in pages: its rows, the table that is counted, the columns to search and sort.

    `nullable` are the fields whose columns can be null. Columns that it is sorted by are fields of the row.
    Fields of `texts` are sorted as in a dictionary; each has an index (`libs.common.db.text_forms`).
    `planned_anew`: how many rows its conditions leave depends on their values, so each page is planned.
    `searched` is the column with the folded texts, "" if there is no search; `phones`: they hold numbers.
    `begins` is the column with upper-case texts of which a search gives the beginning, instead of `searched`.
    """

    row: type[T]
    rows: LiteralString
    counted: LiteralString
    columns: Mapping[str, str]
    nullable: Collection[str] = ()
    texts: Collection[str] = ()
    searched: str = ""
    begins: str = ""
    phones: bool = False
    planned_anew: bool = False
    default: Sequence[tuple[str, bool]] = (("id", False),)

    async def read(
        self,
        query: ListQuery,
        conditions: Sequence[sql.Composable],
        params: Mapping[str, Any],
        *,
        kinds: Sequence[sql.Composable] = (),
        database: Database,
    ) -> Page[T]:
        """The page that `query` asks for, from the rows that meet all `conditions` and one of `kinds`.

        No row is of two kinds; each is read by the index that suits it. Without `kinds` all rows are wanted.
        Raises `InvalidCursor` if `query.after` is no position in this order.
        """
        return await database.read(partial(self.read_on, query, conditions, params, kinds=kinds))

    async def read_on(
        self,
        query: ListQuery,
        conditions: Sequence[sql.Composable],
        params: Mapping[str, Any],
        connection: Sql,
        *,
        kinds: Sequence[sql.Composable] = (),
    ) -> Page[T]:
        """As `read`, on an open connection, whose transaction may see one snapshot."""
        page = self.page(query, conditions, params, kinds=kinds)
        # A search is planned for its own words: how many rows they leave decides which index is read.
        prepare = False if query.search or self.planned_anew else None
        # A statement less costs more than the count of a list that is not long.
        counts_too = prepare is None and query.count == "usual"
        is_long = counts_too and long_lists.take(page.counts, connection)
        rows, some = await self._rows(
            query, page, counts_too=counts_too and not is_long, prepare=prepare, connection=connection
        )
        items = rows[: query.limit]
        last = position_of(items[-1], page.keys) if len(rows) > query.limit else None
        if query.after is None and last is None and (items or not query.offset):
            known = Count(query.offset + len(items))  # the last page, so nothing is left to count
            return Page(items, NOT_COUNTED if query.count == "none" else known)
        total = await believed_count(page.counts, page.params, connection) if is_long else None
        if total is None:
            total = await count_rows(
                page.counts, page.params, query.count, some=some, prepare=prepare, connection=connection
            )
        return Page(items, total.with_seen(query.offset + len(rows) if rows else 0), last)

    def page(
        self,
        query: ListQuery,
        conditions: Sequence[sql.Composable],
        params: Mapping[str, Any],
        *,
        kinds: Sequence[sql.Composable] = (),
    ) -> PageStatements:
        """The statements that read a page, with the row after it if any, and count all matching rows.

        `kinds` as in `read`. Raises `InvalidCursor` if `query.after` is no position in this order.
        """
        if self.begins:
            found, search_params = search_beginning(self.begins, query.search)
        else:
            found, search_params = search(self.searched, query.search, phones=self.phones)
        matching = [_all_of([*conditions, found, kind]) for kind in kinds or [ANY_KIND]]
        keys = sort_keys(
            self.columns, query.ordering, default=self.default, nullable=self.nullable, texts=self.texts
        )
        behind, position_params = ([], {}) if query.after is None else after(keys, query.after)
        ranges = (
            [f"{both} and {each.as_string()}" for both, each in product(matching, behind)]
            if behind
            else matching
        )
        rows = self._statement(query, ranges, keys)
        counts = count_statements(self.counted, matching)
        params = {**params, **search_params, **position_params, "offset": query.offset}
        return PageStatements(rows.encode(), counts, params, keys)

    def _statement(self, query: ListQuery, ranges: Sequence[str], keys: tuple[SortKey, ...]) -> str:
        """The statement for a page of the rows that are in one of the ranges; no row is in two."""
        limit, order = query.limit + 1, order_by(keys)
        offset = OFFSET if query.offset else NO_OFFSET

        def of(range_: str, limit: int, offset: str) -> str:
            return ONE_PAGE.format(rows=self.rows, conditions=range_, order=order, limit=limit, offset=offset)

        if len(ranges) == 1:
            return of(ranges[0], limit, offset)
        parts = [f"({of(each, limit + query.offset, NO_OFFSET)})" for each in ranges]
        return OF_RANGES.format(
            ranges=" union all ".join(parts),
            order=order_by(tuple(key.of_row for key in keys)),
            limit=limit,
            offset=offset,
        )

    async def _rows(
        self,
        query: ListQuery,
        page: PageStatements,
        *,
        counts_too: bool,
        prepare: bool | None,
        connection: Sql,
    ) -> tuple[list[T], int | None]:
        """The rows of the page, and with `counts_too` how many match, counted in the same statement."""
        try:
            if counts_too:
                pairs = await connection.fetch_pairs(self.row, page.rows_with_count, page.params)
                return [row for row, _ in pairs], pairs[0][1] if pairs else None
            return await connection.fetch_all(self.row, page.rows, page.params, prepare=prepare), None
        except DataError as error:
            if query.after is None:
                raise
            raise InvalidCursor from error


def _all_of(conditions: Sequence[sql.Composable]) -> str:
    return " and ".join(each.as_string() for each in conditions)
