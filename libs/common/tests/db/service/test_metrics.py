"""The metrics of a pool: what is in use, who waits, who got nothing."""

import asyncio
from time import monotonic

import pytest

from libs.common.db.database import Database
from libs.common.errors import Unavailable
from libs.testing.metrics import counts, sample
from libs.testing.waiting import eventually


@pytest.fixture
def database(pool_of_two: Database) -> Database:
    """A pool of two connections."""
    return pool_of_two


async def test_connections_in_use_are_shown(database: Database) -> None:
    assert sample("database_pool_size_max") == 2
    await database.ping()
    assert sample("database_pool_in_use") == 0
    with counts("database_pool_requests_total", 2):
        async with database.connection(), database.connection():
            assert (sample("database_pool_size"), sample("database_pool_in_use")) == (2, 2)


async def test_who_waits_is_shown_and_who_gets_nothing_is_counted(database: Database) -> None:
    async def wait_in_vain() -> None:
        with pytest.raises(Unavailable):
            await database.ping()

    async with database.connection(), database.connection():
        database.pool.timeout = 0.1
        with counts("database_pool_timeouts_total"), counts("database_pool_waits_total"):
            async with asyncio.TaskGroup() as group, asyncio.timeout(30):
                group.create_task(wait_in_vain())
                while sample("database_pool_waiting") == 0:  # noqa: ASYNC110 - the pool has no event for it
                    await asyncio.sleep(0)  # a poll that sleeps longer might miss the 0.1 s
    assert sample("database_pool_waiting") == 0


async def test_the_time_of_waiting_is_added_up(database: Database) -> None:
    before, begun = sample("database_pool_wait_seconds_total"), monotonic()
    async with asyncio.TaskGroup() as group, database.connection(), database.connection():
        group.create_task(database.ping())
        await eventually(lambda: sample("database_pool_waiting") == 1)
    assert 0 < sample("database_pool_wait_seconds_total") - before < monotonic() - begun


async def test_a_closed_pool_counts_no_more(database: Database) -> None:
    await database.ping()
    await database.close()
    assert (sample("database_pool_size_max"), sample("database_pool_in_use")) == (0, 0)
