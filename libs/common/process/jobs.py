"""Timed jobs: one process per database leads and runs them on their schedules; a few run in each process."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

import psycopg
import structlog
from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from libs.common.db.database import Database
from libs.common.metrics import background_task_restarts_total
from libs.common.process.tasks import Task

LEADER_CHECK_SECONDS_MAX = 5.0
# A process that is frozen keeps its connection, and the lock, for ever.
LEADER_SILENT_MAX = "15s"

BECOME_LEADER = "select pg_try_advisory_lock(hashtextextended('jobs', 0))"
STILL_THERE = "select 1"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """Work to do every `seconds`, and once when a process becomes the leader."""

    name: str
    seconds: float
    work: Callable[[], Awaitable[object]]


def every(seconds: float, work: Callable[[], Awaitable[object]], *, name: str) -> Job:
    """Do `work` every `seconds`. An error is logged and counted; the work is repeated when it is next due."""
    return Job(name, seconds, work)


def in_this_process(job: Job) -> Task:
    """A task that runs the job here, whether or not the process leads: what each process measures itself."""
    return partial(_repeat, job)


def lead(jobs: Sequence[Job], database: Database) -> Task:
    """A task that runs all jobs concurrently, in one process per database at a time.

    The leader's lock belongs to one connection: if process or connection ends, the jobs stop here and
    another process takes over within seconds; from a leader that is silent, after `LEADER_SILENT_MAX`.
    """
    pause = min((LEADER_CHECK_SECONDS_MAX, *(job.seconds for job in jobs)))

    async def timed_jobs() -> None:
        while True:
            try:
                await _lead(jobs, database, pause)
            except* psycopg.Error as errors:
                background_task_restarts_total.labels(timed_jobs.__name__).inc()
                log.warning("jobs_wait_for_database", why=str(errors.exceptions[0]).strip())
            await asyncio.sleep(pause)

    return timed_jobs


async def _lead(jobs: Sequence[Job], database: Database, pause: float) -> None:
    """Return if another process leads. Raises `psycopg.Error` if the connection is lost."""
    async with await database.connect(f"-c idle_session_timeout={LEADER_SILENT_MAX}") as connection:
        cursor = await connection.execute(BECOME_LEADER)
        if await cursor.fetchone() != (True,):
            return
        async with asyncio.TaskGroup() as running:
            running.create_task(_watch(connection, pause))
            for job in jobs:
                running.create_task(_repeat(job), name=job.name)


async def _watch(connection: AsyncConnection[TupleRow], pause: float) -> None:
    while True:
        await connection.execute(STILL_THERE)
        await asyncio.sleep(pause)


async def _repeat(job: Job) -> None:
    while True:
        try:
            await job.work()
        except Exception:
            background_task_restarts_total.labels(job.name).inc()
            log.exception("job_failed", job=job.name)
        await asyncio.sleep(job.seconds)
