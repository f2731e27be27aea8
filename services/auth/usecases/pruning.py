"""Deleting old rows, in batches that hold no lock for long."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from psycopg import sql

from libs.common.clock import Clock
from libs.common.db.database import Database
from services.auth.domain.throttling import WINDOW

PRUNED_AT_ONCE_MAX = 5_000

DELETE_OLD = sql.SQL(
    "delete from {table} where id in"
    " (select id from {table} where {moment} < %(before)s order by {moment} limit %(limit)s)"
)


@dataclass(frozen=True, slots=True)
class Prunable:
    """Rows of `table` are deleted once `moment`, an indexed column, is longer ago than `retention`."""

    table: str
    moment: str
    retention: timedelta


def prunables(*, sessions: timedelta, audit: timedelta) -> Sequence[Prunable]:
    """Every table that grows. The settings say how long ended sessions and the audit trail are kept."""
    return (
        Prunable("login_failures", "failed_at", WINDOW),
        Prunable("revocations", "expires_at", timedelta(0)),
        Prunable("sessions", "expires_at", sessions),
        Prunable("audit_events", "created_at", audit),
    )


async def prune(what: Sequence[Prunable], *, database: Database, clock: Clock) -> int:
    """Delete the rows that are old. Returns how many."""
    return sum([await _prune(each, database=database, clock=clock) for each in what])


async def _prune(what: Prunable, *, database: Database, clock: Clock) -> int:
    statement = DELETE_OLD.format(table=sql.Identifier(what.table), moment=sql.Identifier(what.moment))
    before, pruned = clock() - what.retention, 0
    while True:
        batch = await database.execute(statement, {"before": before, "limit": PRUNED_AT_ONCE_MAX})
        pruned += batch
        if batch < PRUNED_AT_ONCE_MAX:
            return pruned
