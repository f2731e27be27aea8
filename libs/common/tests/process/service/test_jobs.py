"""Timed jobs: one process at a time does them, errors do not end them, another takes over."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from libs.common.db.database import Database
from libs.common.ending import end
from libs.common.process import jobs
from libs.common.process.jobs import Job, every, in_this_process, lead
from libs.common.process.tasks import Task, task_name
from libs.testing.metrics import sample
from libs.testing.waiting import eventually

LEADERS = """
select pid from pg_locks join pg_stat_activity using (pid)
where locktype = 'advisory' and datname = current_database()
"""
END_LEADER = f"select pg_terminate_backend(pid) as is_ended from ({LEADERS} and granted) leaders"


@asynccontextmanager
async def running(*tasks: Task) -> AsyncIterator[list[asyncio.Task[None]]]:
    """The tasks, as processes would run them."""
    started = [asyncio.ensure_future(task()) for task in tasks]
    try:
        yield started
    finally:
        for task in started:
            await end(task)
            if not task.cancelled():
                task.result()


async def end_leaders_connection(database: Database) -> None:
    """End the connection of the leader. Its jobs must have begun: then no earlier leader has the lock."""
    assert await database.fetch_dicts(END_LEADER) == [{"is_ended": True}]


async def test_a_job_is_done_again_and_again(database: Database) -> None:
    runs: list[int] = []

    async def job() -> None:
        runs.append(1)

    async with running(lead([every(0.01, job, name="sweep")], database)):
        await eventually(lambda: len(runs) >= 3)


async def test_a_job_that_fails_is_tried_at_the_next_tick(database: Database) -> None:
    runs: list[int] = []

    async def job() -> None:
        runs.append(1)
        raise ValueError("this time it fails")

    async with running(lead([every(0.01, job, name="sweep")], database)):
        await eventually(lambda: len(runs) >= 3)


def a_process(name: str, done_by: list[str], database: Database) -> Task:
    """A process whose job says by its name that it was done."""

    async def job() -> None:
        done_by.append(name)

    return lead([every(0.01, job, name="sweep")], database)


async def test_only_one_process_does_a_job(database: Database) -> None:
    done_by: list[str] = []
    async with running(*(a_process(name, done_by, database) for name in "abc")):
        await eventually(lambda: len(done_by) >= 20)
        assert len(set(done_by)) == 1  # before the leader ends, and another takes over


async def test_one_leader_does_all_jobs_on_one_connection(database: Database) -> None:
    done: set[str] = set()

    def a_job(name: str) -> Job:
        async def job() -> None:
            done.add(name)

        return every(0.01, job, name=name)

    async with running(lead([a_job("sweep"), a_job("prune")], database)):
        await eventually(lambda: done == {"sweep", "prune"})
        assert len(await database.fetch_dicts(LEADERS)) == 1


async def test_a_slow_or_failing_job_does_not_hold_up_the_others(database: Database) -> None:
    runs: list[int] = []

    async def job() -> None:
        runs.append(1)

    async def never_ends() -> None:
        await asyncio.Event().wait()

    async def fails() -> None:
        raise ValueError("this time it fails")

    jobs = [
        every(0.01, never_ends, name="slow"),
        every(0.01, fails, name="bad"),
        every(0.01, job, name="good"),
    ]
    async with running(lead(jobs, database)):
        await eventually(lambda: len(runs) >= 3)


async def test_an_operator_sees_which_job_fails(database: Database) -> None:
    async def fails() -> None:
        raise ValueError("as always")

    async with running(lead([every(0.01, fails, name="always_fails")], database)):
        await eventually(lambda: sample("background_task_restarts_total", task="always_fails") >= 3)


async def test_an_operator_sees_that_no_connection_can_be_had_to_lead() -> None:
    unreachable = Database("postgresql://nobody@127.0.0.1:1/nowhere")
    before = sample("background_task_restarts_total", task="timed_jobs")

    async def job() -> None:
        pytest.fail("nobody leads")

    async with running(lead([every(0.01, job, name="sweep")], unreachable)):
        await eventually(lambda: sample("background_task_restarts_total", task="timed_jobs") >= before + 3)


async def test_each_job_has_a_schedule_of_its_own(database: Database) -> None:
    done: list[str] = []

    def a_job(seconds: float, name: str) -> Job:
        async def job() -> None:
            done.append(name)

        return every(seconds, job, name=name)

    async with running(lead([a_job(0.01, "often"), a_job(3600, "seldom")], database)):
        await eventually(lambda: done.count("often") >= 3)
    assert done.count("seldom") == 1


async def test_jobs_stop_when_the_leaders_connection_is_lost(database: Database) -> None:
    started, stopped = asyncio.Event(), asyncio.Event()

    async def job() -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    async def tick() -> None: ...

    async with running(lead([every(3600, job, name="long"), every(0.01, tick, name="tick")], database)):
        await eventually(started.is_set)
        await end_leaders_connection(database)
        await eventually(stopped.is_set)


async def test_another_process_takes_over_when_the_leader_ends(database: Database) -> None:
    done_by: list[str] = []
    async with running(a_process("a", done_by, database)) as (first,):
        await eventually(lambda: done_by)
        async with running(a_process("b", done_by, database)):
            first.cancel()
            await eventually(lambda: done_by[-1] == "b")


async def test_another_process_takes_over_from_a_leader_that_is_silent(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when its machine is gone, or its process is frozen: the connection stays."""

    async def silent(*_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(jobs, "_watch", silent)
    monkeypatch.setattr(jobs, "LEADER_SILENT_MAX", "200ms")
    done_by: list[str] = []
    async with running(a_process("a", done_by, database)):
        await eventually(lambda: done_by)
        async with running(a_process("b", done_by, database)):
            await eventually(lambda: "b" in done_by)


async def test_a_leader_that_loses_its_connection_leads_again(database: Database) -> None:
    runs: list[int] = []

    async def job() -> None:
        runs.append(1)

    async with running(lead([every(0.01, job, name="sweep")], database)):
        await eventually(lambda: runs)
        await end_leaders_connection(database)
        seen = len(runs)
        await eventually(lambda: len(runs) >= seen + 3)


def test_a_job_is_known_by_its_name(common_database_url: str) -> None:
    async def job() -> None: ...

    assert every(1, job, name="sweep").name == "sweep"
    assert task_name(lead([every(1, job, name="sweep")], Database(common_database_url))) == "timed_jobs"


async def test_each_process_does_its_own_jobs_whether_or_not_it_leads() -> None:
    done_by: list[str] = []

    def measuring(process: str) -> Task:
        async def job() -> None:
            done_by.append(process)

        return in_this_process(every(0.01, job, name="measure"))

    async with running(measuring("first"), measuring("second")):
        await eventually(lambda: {"first", "second"} <= set(done_by))
