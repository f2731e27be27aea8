"""Reads a change feed: everything, page by page, then what has changed since (ADR 0048).

A reader that follows the positions misses no committed change. A mark has the transaction of a thing's last
change; transactions get their numbers when they begin to write, and commit in another order. So a page shows
only marks of transactions before the oldest that still runs: none of them can appear behind the reader.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, LiteralString, TypeVar

from psycopg import DataError, sql

from libs.common.db.change_marks import MARK
from libs.common.db.database import Database, Sql
from libs.common.db.listing import ChangesQuery, InvalidAfter, Position

T = TypeVar("T")

EVERYTHING, SINCE = "everything", "since"

# The origin differs after a restore, a failover or a move, after which numbers may come again.
SELECT_NOW = """
select pg_snapshot_xmin(pg_current_snapshot())::text as horizon,
    (select system_identifier from pg_control_system())::text
        || '-' || left(pg_walfile_name(pg_current_wal_lsn()), 8) as origin
"""
SELECT_MARKS: LiteralString = """
select mark.id, mark.changed_in::text as changed_in from {marks} mark
where mark.changed_in < %(horizon)s::xid8
    and (mark.changed_in, mark.id) > (%(changed_in)s::xid8, %(last_id)s::bigint)
order by mark.changed_in, mark.id limit %(marks_limit)s
"""
ALL_ROWS: LiteralString = "{rows} where {exists} and {id} > %(last_id)s::bigint order by {id} limit {limit}"
MARKED_ROWS: LiteralString = "{rows} where {exists} and {id} = any(%(marked_ids)s::bigint[]) order by {id}"


@dataclass(frozen=True, slots=True)
class Changes(Generic[T]):
    """Things in their newest state, the ids of those that are gone, where to read on, if there is more."""

    items: Sequence[T]
    deleted: Sequence[int]
    next: Position
    more: bool


@dataclass(frozen=True, slots=True)
class _Now:
    horizon: str
    origin: str


@dataclass(frozen=True, slots=True)
class _Mark:
    id: int
    changed_in: str


@dataclass(frozen=True, slots=True)
class _Place:
    """In `EVERYTHING` behind this id, later since that transaction; in `SINCE` behind the mark of both."""

    origin: str
    stage: str
    changed_in: str
    last_id: str

    @property
    def position(self) -> Position:
        return self.origin, self.stage, self.changed_in, self.last_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed(Generic[T]):
    """The things of a list as a feed. `thing` names the table of marks, `<thing>_changes`.

    `rows` selects them, `id` is their column and a field of the row; those not deleted meet `exists`.
    """

    row: type[T]
    rows: LiteralString
    thing: LiteralString
    id: LiteralString
    exists: LiteralString

    async def read(self, query: ChangesQuery, params: Mapping[str, Any], *, database: Database) -> Changes[T]:
        """The page behind `query.after`, or the first page of everything; `params` are those of `rows`.

        Raises `InvalidAfter` if `query.after` is no position in this database.
        """

        async def read_page(connection: Sql) -> Changes[T]:
            now = await connection.fetch_only(_Now, SELECT_NOW)
            place = _place_after(query.after, now)
            if place.stage == EVERYTHING:
                return await self._everything(query, place, now, params, connection)
            return await self._since(query, place, now, params, connection)

        try:
            return await database.read(read_page)
        except DataError as error:
            if query.after is None:
                raise
            raise InvalidAfter from error

    async def mark(self, ids: Sequence[int], *, connection: Sql) -> None:
        """Tell readers of things that changed though no row did, as a price when a promotion begins."""
        marked = MARK.format(
            marks=f"{self.thing}_changes",
            ids="id, pg_current_xact_id() from unnest(%(ids)s::bigint[]) id group by id order by id",
        )
        await connection.execute(marked.encode(), {"ids": ids})

    async def _everything(
        self, query: ChangesQuery, place: _Place, now: _Now, params: Mapping[str, Any], connection: Sql
    ) -> Changes[T]:
        statement = self._statement(ALL_ROWS, limit=sql.Literal(query.limit + 1))
        rows = await connection.fetch_all(self.row, statement, {**params, "last_id": place.last_id})
        items = rows[: query.limit]
        if len(rows) > query.limit:
            last: Any = items[-1]
            behind = _Place(place.origin, EVERYTHING, place.changed_in, str(last.id))
            return Changes(items, [], behind.position, more=True)
        since = _Place(place.origin, SINCE, place.changed_in, "0")
        changed = await self._marks(since, now, 1, connection)
        return Changes(items, [], since.position, more=bool(changed))

    async def _since(
        self, query: ChangesQuery, place: _Place, now: _Now, params: Mapping[str, Any], connection: Sql
    ) -> Changes[T]:
        marks = await self._marks(place, now, query.limit + 1, connection)
        shown = marks[: query.limit]
        if not shown:
            return Changes([], [], place.position, more=False)
        ids = [mark.id for mark in shown]
        rows: list[Any] = await connection.fetch_all(
            self.row, self._statement(MARKED_ROWS), {**params, "marked_ids": ids}
        )
        gone = set(ids) - {row.id for row in rows}
        behind = _Place(place.origin, SINCE, shown[-1].changed_in, str(shown[-1].id))
        return Changes(rows, sorted(gone), behind.position, more=len(marks) > query.limit)

    async def _marks(self, place: _Place, now: _Now, limit: int, connection: Sql) -> list[_Mark]:
        statement = sql.SQL(SELECT_MARKS).format(marks=sql.Identifier(f"{self.thing}_changes"))
        params = {
            "horizon": now.horizon,
            "changed_in": place.changed_in,
            "last_id": place.last_id,
            "marks_limit": limit,
        }
        return await connection.fetch_all(_Mark, statement, params)

    def _statement(self, template: LiteralString, **parts: sql.Composable) -> sql.Composed:
        return sql.SQL(template).format(
            rows=sql.SQL(self.rows), exists=sql.SQL(self.exists), id=sql.SQL(self.id), **parts
        )


def _place_after(position: Position | None, now: _Now) -> _Place:
    if position is None:
        return _Place(now.origin, EVERYTHING, now.horizon, "0")
    match position:
        case (str(origin), "everything" | "since" as stage, str(changed_in), str(last_id)):
            if origin != now.origin or not (changed_in.isdecimal() and last_id.isdecimal()):
                raise InvalidAfter
            return _Place(origin, stage, changed_in, last_id)
        case _:
            raise InvalidAfter
