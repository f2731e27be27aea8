"""The database of sales, with its outbox."""

from collections.abc import AsyncIterator

import pytest

from libs.common.clock import system_clock
from libs.common.db.database import Database
from libs.common.messaging.outbox import Outbox
from libs.common.tests.messaging.loops import a_database


@pytest.fixture
def outbox() -> Outbox:
    return Outbox("sales", system_clock)


@pytest.fixture
async def database(common_database_url: str, outbox: Outbox) -> AsyncIterator[Database]:
    async with a_database(common_database_url, outbox) as database:
        yield database
