"""Fixtures of the service tests: a migrated database, the real consumers, and the real app over ASGI."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import httpx
import pytest

from libs.common.contracts.event import Event
from libs.common.db.database import Database
from libs.common.messaging.inbox import take_in
from libs.testing.asgi import asgi_client
from libs.testing.clock import FakeClock
from libs.testing.tokens import KeyFiles, Tokens
from services.analytics.consumers import subscriptions
from services.analytics.deps import build_web_deps
from services.analytics.main import create_app
from services.analytics.settings import AnalyticsSettings
from services.analytics.tests.builders import STORE, Consume, received

NO_KEYS = "http://127.0.0.1:1/jwks.json"
NO_BROKER = "amqp://127.0.0.1:1/"


@pytest.fixture(scope="session")
def service_name() -> str:
    """Whose migrations make the database."""
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
def settings(database_url: str, key_files: KeyFiles) -> AnalyticsSettings:
    """Neither auth nor the broker answers; test_worker.py has a broker."""
    return AnalyticsSettings(
        database_url=database_url,
        amqp_url=NO_BROKER,
        port=0,
        jwks_url=NO_KEYS,
        service_key_file=key_files.private,
        service_keys_file=key_files.public,
        store_timezone=STORE,
    )


@pytest.fixture
async def client(
    settings: AnalyticsSettings, clock: FakeClock, tokens: Tokens
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the running web process, as nobody."""
    deps = replace(
        build_web_deps(settings, clock=clock), user_keys=tokens.user_keys, verifier=tokens.verifier
    )
    async with asgi_client(create_app(deps)) as client:
        yield client


@pytest.fixture
def owner(client: httpx.AsyncClient, tokens: Tokens) -> httpx.AsyncClient:
    """The same client as the OWNER."""
    client.headers.update(tokens.bearer(role="OWNER"))
    return client
