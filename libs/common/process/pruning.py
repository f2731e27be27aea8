"""Timed jobs that delete old rows, from a service's own tables and the common ones."""

from collections.abc import Sequence
from functools import partial

from libs.common.clock import Clock
from libs.common.db.database import Database
from libs.common.db.operations import OLD_OPERATIONS
from libs.common.db.pruning import Prunable, prune
from libs.common.http.idempotency_store import OLD_KEYS
from libs.common.messaging.inbox import OLD_EVENT_IDS
from libs.common.process.jobs import Job, every

PRUNE_EVERY_SECONDS = 600

COMMON = (OLD_EVENT_IDS, OLD_KEYS, OLD_OPERATIONS)

TABLE_EXISTS = "select to_regclass(%(table)s) is not null"


def pruning_jobs(prunables: Sequence[Prunable], *, database: Database, clock: Clock) -> list[Job]:
    """A job for each of the service's prunable tables, and one for each common table that it has."""
    return [
        every(PRUNE_EVERY_SECONDS, partial(_prune, what, database, clock), name=f"prune_{what.table}")
        for what in (*prunables, *COMMON)
    ]


async def _prune(what: Prunable, database: Database, clock: Clock) -> None:
    if await database.fetch_value(TABLE_EXISTS, {"table": what.table}):
        await prune(what, database=database, clock=clock)
