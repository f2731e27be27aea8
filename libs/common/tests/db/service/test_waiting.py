"""So many may wait for a connection, and the next one is refused at once."""

import asyncio

import pytest

from libs.common.db.database import POOL_WAIT_SECONDS, Database
from libs.common.errors import Unavailable
from libs.testing.metrics import sample
from libs.testing.waiting import eventually

SHORT_SECONDS = 0.1


@pytest.fixture
def database(pool_of_two: Database) -> Database:
    """A pool of two connections, for which one request may wait."""
    pool_of_two.pool.max_waiting = 1
    return pool_of_two


@pytest.mark.backpressure
async def test_when_as_many_wait_as_may_the_next_is_refused_at_once(database: Database) -> None:
    async with asyncio.TaskGroup() as group, database.connection(), database.connection():
        waiting = group.create_task(database.ping())
        await eventually(lambda: sample("database_pool_waiting") == 1)
        with pytest.raises(Unavailable):
            await database.ping()
        assert not waiting.done()
    assert waiting.exception() is None


async def test_a_caller_that_has_given_up_leaves_its_place_to_the_next(database: Database) -> None:
    async with asyncio.TaskGroup() as group, database.connection(), database.connection():
        database.pool.timeout = SHORT_SECONDS
        with pytest.raises(Unavailable):
            await database.ping()
        assert sample("database_pool_waiting") == 0
        database.pool.timeout = POOL_WAIT_SECONDS
        waiting = group.create_task(database.ping())
        await eventually(lambda: sample("database_pool_waiting") == 1)
    assert waiting.exception() is None


async def test_a_cancelled_caller_leaves_its_place_too(database: Database) -> None:
    async with database.connection(), database.connection():
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(SHORT_SECONDS):
                await database.ping()
        assert sample("database_pool_waiting") == 0
