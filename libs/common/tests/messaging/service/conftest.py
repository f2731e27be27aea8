"""The database of sales, with its outbox."""

from collections.abc import AsyncIterator, Iterator

import pytest
import structlog

from libs.common.clock import system_clock
from libs.common.db.database import Database
from libs.common.messaging.broker import Broker
from libs.common.messaging.management import ManagementSettings
from libs.common.messaging.outbox import Outbox
from libs.common.tests.messaging.loops import a_database
from libs.common.tests.messaging.subscribing import Subscribers


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


@pytest.fixture
async def subscribers(
    broker: Broker,
    amqp_url: str,
    amqp_management_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> AsyncIterator[Subscribers]:
    """The command for subscribers, at the test's own exchange; what it made is removed after the test."""
    settings = ManagementSettings(
        amqp_url=amqp_url,
        amqp_prefix=broker.topology.prefix,
        amqp_management_url=amqp_management_url,
    )
    for name, value in settings.model_dump().items():
        monkeypatch.setenv(name.upper(), value)
    subscribers = Subscribers(settings, broker, monkeypatch, capsys)
    yield subscribers
    await subscribers.remove_all()
