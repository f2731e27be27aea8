"""Timed jobs that delete old rows from the tables that every service may have."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from libs.common.clock import Clock
from libs.common.db.database import Database
from libs.common.db.operations import prune_operations
from libs.common.http.idempotency_store import prune_idempotency_keys
from libs.common.messaging.inbox import prune_inbox
from libs.common.process.jobs import Job, every

PRUNE_EVERY_SECONDS = 3_600

Prune = Callable[[Database, Clock], Awaitable[object]]

PRUNES: Mapping[str, Prune] = {
    "inbox": prune_inbox,
    "idempotency_keys": prune_idempotency_keys,
    "operations": prune_operations,
}

TABLE_EXISTS = "select to_regclass(%(table)s) is not null"


def pruning_jobs(database: Database, clock: Clock) -> tuple[Job, ...]:
    """A job for each of the tables; it does nothing where the service does not have it."""
    return tuple(
        every(PRUNE_EVERY_SECONDS, partial(_prune, table, database, clock), name=f"prune_{table}")
        for table in PRUNES
    )


async def _prune(table: str, database: Database, clock: Clock) -> None:
    if await database.fetch_value(TABLE_EXISTS, {"table": table}):
        await PRUNES[table](database, clock)
