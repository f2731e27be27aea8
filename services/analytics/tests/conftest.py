"""Fixtures of the service tests: a migrated database, the real consumers, and the real app over ASGI."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import httpx
import pytest

from libs.common.contracts.event import Event
from libs.common.db.database import Database
from libs.common.messaging.inbox import take_in
from libs.testing.asgi import asgi_client
from libs.testing.clock import FakeClock
from libs.testing.received import received
from libs.testing.settings import made_once
from libs.testing.tokens import Tokens
from services.analytics.consumers import subscriptions
from services.analytics.deps import Deps, build_web_deps
from services.analytics.main import create_app
from services.analytics.settings import AnalyticsSettings
from services.analytics.tests.builders import STORE, Consume


@pytest.fixture(scope="session")
def service_name() -> str:
    """The service whose migrations create the database."""
    return "analytics"


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """The service's database, empty."""
    database = Database(database_url, name="analytics-test")
    await database.open()
    yield database
    await database.close()


@pytest.fixture
def consume(database: Database) -> Consume:
    """See `Consume`."""

    async def consume(*events: Event, sequence: int | Sequence[int] | None = None) -> None:
        given = [sequence] * len(events) if sequence is None or isinstance(sequence, int) else sequence
        batch = [received(event, sequence=number) for event, number in zip(events, given, strict=True)]
        await take_in(database, subscriptions(STORE), batch)

    return consume


@pytest.fixture
def settings(common_settings: dict[str, Any]) -> AnalyticsSettings:
    """The settings of every service, in the time zone of `STORE`."""
    return made_once(AnalyticsSettings, **common_settings, store_timezone=STORE)


@pytest.fixture
def deps(settings: AnalyticsSettings, clock: FakeClock, tokens: Tokens) -> Deps:
    """The parts of the web process as in production, except the clock and the keys that verify tokens."""
    return tokens.trusted_by(build_web_deps(settings, clock=clock))


@pytest.fixture
async def client(deps: Deps) -> AsyncIterator[httpx.AsyncClient]:
    """An anonymous client of the running web process."""
    async with asgi_client(create_app(deps)) as client:
        yield client


@pytest.fixture
def owner(client: httpx.AsyncClient, tokens: Tokens) -> httpx.AsyncClient:
    """The same client, signed in as the OWNER."""
    client.headers.update(tokens.bearer(role="OWNER"))
    return client
