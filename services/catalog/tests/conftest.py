"""The fixtures of the service tests: the real app on a real database, clients for staff and for sales."""

from collections.abc import AsyncIterator
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from httpx import AsyncClient

from libs.testing.asgi import asgi_client
from libs.testing.clock import FakeClock
from libs.testing.patience import patient
from libs.testing.tokens import KeyFiles, Tokens
from services.catalog.deps import Deps, build_deps
from services.catalog.main import create_app
from services.catalog.settings import CatalogSettings
from services.catalog.tests.builders import KnownOrders, Shop

NOBODY_ANSWERS = "http://127.0.0.1:1"
NO_BROKER = "amqp://guest:guest@127.0.0.1:1/"
CONNECTIONS = 16


@pytest.fixture(scope="session")
def service_name() -> str:
    """The service whose migrations make the database."""
    return "catalog"


@pytest.fixture
def settings(database_url: str, key_files: KeyFiles) -> CatalogSettings:
    """No broker answers: events stay in the outbox, where tests read them."""
    return CatalogSettings(
        database_url=database_url,
        database_pool_size=CONNECTIONS,
        amqp_url=NO_BROKER,
        port=0,
        jwks_url=NOBODY_ANSWERS,
        sales_url=NOBODY_ANSWERS,
        service_key_file=key_files.private,
        service_keys_file=key_files.public,
        store_timezone=ZoneInfo("America/Mexico_City"),
    )


@pytest.fixture
def orders() -> KnownOrders:
    """The orders that sales knows."""
    return KnownOrders()


def deps_for(settings: CatalogSettings, clock: FakeClock, tokens: Tokens, orders: KnownOrders) -> Deps:
    """As in production, except for the clock, the keys that verify tokens, sales, and long waits."""
    return replace(
        patient(build_deps(settings, clock=clock)),
        user_keys=tokens.user_keys,
        verifier=tokens.verifier,
        service_verifier=tokens.service_verifier("catalog"),
        orders=orders,
    )


@pytest.fixture
def deps(settings: CatalogSettings, clock: FakeClock, tokens: Tokens, orders: KnownOrders) -> Deps:
    """The parts of the web process."""
    return deps_for(settings, clock, tokens, orders)


@pytest.fixture
async def worker_deps(
    settings: CatalogSettings,
    amqp_url: str,
    amqp_prefix: str,
    clock: FakeClock,
    tokens: Tokens,
    orders: KnownOrders,
) -> Deps:
    """The parts of a worker: the same database, and a real broker."""
    on_broker = settings.model_copy(update={"amqp_url": amqp_url, "amqp_prefix": amqp_prefix})
    return deps_for(on_broker, clock, tokens, orders)


@pytest.fixture
async def client(deps: Deps) -> AsyncIterator[AsyncClient]:
    """A client of the running app, anonymous unless a request has a token."""
    async with asgi_client(create_app(deps)) as client:
        yield client


@pytest.fixture
def shop(client: AsyncClient, tokens: Tokens, deps: Deps) -> Shop:
    """The app as staff and sales use it."""
    return Shop(client, tokens, deps.database)
