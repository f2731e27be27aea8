"""The database of sales, with its outbox."""

from collections.abc import AsyncIterator, Iterator

import pytest
import structlog

from libs.common.clock import system_clock
from libs.common.db.database import Database
from libs.common.messaging.outbox import Outbox
from libs.common.tests.messaging.loops import a_database


@pytest.fixture(autouse=True)
def plain_tracebacks() -> Iterator[None]:
    """Tracebacks with all their locals, as the console shows them, take seconds: a broker's patience."""
    before = structlog.get_config()
    renderer = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*before["processors"][:-1], renderer])
    yield
    structlog.configure(**before)


@pytest.fixture
def outbox() -> Outbox:
    return Outbox("sales", system_clock)


@pytest.fixture
async def database(common_database_url: str, outbox: Outbox) -> AsyncIterator[Database]:
    async with a_database(common_database_url, outbox) as database:
        yield database
