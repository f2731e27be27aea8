"""A pool that is soon used up."""

from collections.abc import AsyncIterator

import pytest

from libs.common.db.database import Database


@pytest.fixture
async def pool_of_two(common_database_url: str) -> AsyncIterator[Database]:
    """A database with at most two connections."""
    database = Database(common_database_url, name="test", size=2)
    await database.open()
    yield database
    await database.close()
