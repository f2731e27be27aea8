"""Who does a timed job when a service runs several times? The process that holds the job's lock."""

import asyncio
from collections.abc import Awaitable, Callable

import psycopg
import structlog

from libs.common.db.database import Database
from libs.common.process.tasks import Task

LEADER_CHECK_SECONDS_MAX = 5.0

BECOME_LEADER = "select pg_try_advisory_lock(hashtextextended(%s, 0))"
STILL_THERE = "select 1"

log = structlog.get_logger(__name__)


def every(seconds: float, job: Callable[[], Awaitable[object]], *, name: str, database: Database) -> Task:
    """A task that runs `job` every so many seconds, in one process per database at a time.

    An error of the job is logged and the next tick goes on. The lock lives with a connection of its own: when
    the process or the connection dies, another process takes over within seconds.
    """

    async def run() -> None:
        while True:
            try:
                await _lead(seconds, job, name, database)
            except psycopg.Error as error:
                log.warning("job_waits_for_database", job=name, why=str(error).strip())
            await asyncio.sleep(min(seconds, LEADER_CHECK_SECONDS_MAX))

    run.__name__ = name
    return run


async def _lead(seconds: float, job: Callable[[], Awaitable[object]], name: str, database: Database) -> None:
    """Returns when another process leads; raises `psycopg.Error` when the connection is lost."""
    pool = database.pool
    assert isinstance(pool.conninfo, str)
    assert isinstance(pool.kwargs, dict)
    async with await psycopg.AsyncConnection.connect(pool.conninfo, **pool.kwargs) as connection:
        cursor = await connection.execute(BECOME_LEADER, (f"job:{name}",))
        row = await cursor.fetchone()
        while row is not None and row[0]:
            await connection.execute(STILL_THERE)
            await _run(job, name)
            await asyncio.sleep(seconds)


async def _run(job: Callable[[], Awaitable[object]], name: str) -> None:
    try:
        await job()
    except Exception:
        log.exception("job_failed", job=name)
