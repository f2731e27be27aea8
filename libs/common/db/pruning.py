"""Deletes old rows in batches, so that no lock is held for long."""

from dataclasses import dataclass
from datetime import timedelta

from psycopg import sql

from libs.common.clock import CLOCKS_DIFFER, Clock
from libs.common.db.database import Database

BATCH_MAX = 5_000

# The array makes the inner select run once, which `in` does not promise.
DELETE_OLD = sql.SQL(
    "delete from {table} where ctid = any (array("
    " select ctid from {table} where {moment} < %(before)s order by {moment} limit %(limit)s"
    " for update skip locked))"
)


@dataclass(frozen=True, slots=True)
class Prunable:
    """Rows of `table` to delete once their column `moment` is older than `retention`."""

    table: str
    moment: str
    retention: timedelta

    @property
    def statement(self) -> sql.Composed:
        """The statement that deletes a batch, with the parameters `before` and `limit`."""
        return DELETE_OLD.format(table=sql.Identifier(self.table), moment=sql.Identifier(self.moment))


async def prune(what: Prunable, *, database: Database, clock: Clock) -> int:
    """Delete the rows that are old by every clock, which may be behind this one, and return their number."""
    before, pruned = clock() - CLOCKS_DIFFER - what.retention, 0
    while True:
        batch = await database.execute(what.statement, {"before": before, "limit": BATCH_MAX})
        pruned += batch
        if batch < BATCH_MAX:
            return pruned
