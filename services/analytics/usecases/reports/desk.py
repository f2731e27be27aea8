"""The desk at which reports are made: one snapshot of the database, the store's today, and its time."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, LiteralString, TypeVar
from zoneinfo import ZoneInfo

from libs.common.clock import Clock
from libs.common.db.database import Database, Sql
from libs.common.store_calendar import StoreHour, store_hour
from services.analytics.domain.periods import Period, Records, requested_period

# A report reads several tables while sales are being recorded: all must be of the same moment.
ONE_SNAPSHOT = "set transaction isolation level repeatable read, read only"

# Rows of a report that is read in batches: a batch is a piece of the answer.
BATCH = 1_000

SELECT_AS_OF = "select event_time from watermark"
SELECT_RECORDS = "select min(day) as first, max(day) as last from sales_by_hour"


T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Report(Generic[T_co]):
    """What a report says, and the time of the newest event in its figures (None before the first)."""

    content: T_co
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class Desk:
    """Where reports are made. `timezone` is the store's."""

    database: Database
    clock: Clock
    timezone: ZoneInfo

    @property
    def now(self) -> StoreHour:
        """The store's day and hour."""
        return store_hour(self.clock(), self.timezone)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator["Snapshot"]:
        """The figures of one moment, for all that a report reads."""
        now = self.now
        async with self.database.transaction() as sql:
            await sql.execute(ONE_SNAPSHOT)
            yield Snapshot(sql, await sql.fetch_value(SELECT_AS_OF), now)

    async def read_through(
        self, row: type[T], query: LiteralString, params: Mapping[str, Any]
    ) -> AsyncGenerator[Report[Sequence[T]], None]:
        """All rows of a query on one snapshot, however many, in batches; at least one, which may be empty.

        The reader holds a connection until the end. PostgreSQL ends it if the next batch is not read in 10 s.
        """
        # No `Database.transaction`: an answer is sent by another task than the one that begins it.
        async with self.database.connection() as sql, sql.connection.transaction():
            await sql.execute(ONE_SNAPSHOT)
            as_of = await sql.fetch_value(SELECT_AS_OF)
            is_empty = True
            async with aclosing(sql.fetch_batches(row, query, params, size=BATCH)) as batches:
                async for batch in batches:
                    is_empty = False
                    yield Report(batch, as_of)
            if is_empty:
                yield Report((), as_of)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The figures of one moment. `as_of` is the time of their newest event; None before the first.

    `now` is the store's day and hour.
    """

    sql: Sql
    as_of: datetime | None
    now: StoreHour

    @property
    def today(self) -> date:
        """The store's day."""
        return self.now.day

    async def period(self, start_date: str | None, end_date: str | None) -> tuple[Period, Records]:
        """The requested days, and the first and the last day with a sale, which refusals tell.

        Raises `DateMalformed` or `PeriodReversed` (contract §6, "Dates").
        """
        records = await self.sql.fetch_only(Records, SELECT_RECORDS)
        return requested_period(start_date, end_date, today=self.today, records=records), records
