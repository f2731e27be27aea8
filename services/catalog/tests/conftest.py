"""The fixtures of the service tests: the real app on a real database, clients for staff and for sales."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from httpx import AsyncClient

from libs.common.contracts.event import Event
from libs.common.messaging.inbox import take_in
from libs.testing.asgi import asgi_client
from libs.testing.clock import FakeClock
from libs.testing.patience import patient
from libs.testing.received import received
from libs.testing.settings import NOBODY, made_once
from libs.testing.tokens import Tokens
from services.catalog.consumers import subscriptions
from services.catalog.deps import Deps, build_deps
from services.catalog.main import create_app
from services.catalog.settings import CatalogSettings
from services.catalog.tests.builders import KnownOrders, Shop

CONNECTIONS = 16


@pytest.fixture(scope="session")
def service_name() -> str:
    """The service whose migrations create the database."""
    return "catalog"


@pytest.fixture
def settings(common_settings: dict[str, Any]) -> CatalogSettings:
    """The settings of every service, with enough connections for races."""
    return made_once(CatalogSettings, **common_settings, database_pool_size=CONNECTIONS, sales_url=NOBODY)


@pytest.fixture
def orders() -> KnownOrders:
    """The orders that sales knows."""
    return KnownOrders()


@pytest.fixture
def deps(settings: CatalogSettings, clock: FakeClock, tokens: Tokens, orders: KnownOrders) -> Deps:
    """The parts as in production, except for the clock, the keys for tokens, sales, and long waits."""
    return patient(tokens.trusted_by(build_deps(settings, clock=clock, orders=orders)))


@pytest.fixture
def worker_deps(
    settings: CatalogSettings,
    on_broker: dict[str, Any],
    clock: FakeClock,
    tokens: Tokens,
    orders: KnownOrders,
) -> Deps:
    """The parts of a worker: the same database, and a real broker."""
    deps = build_deps(settings.model_copy(update=on_broker), clock=clock, orders=orders)
    return patient(tokens.trusted_by(deps))


@pytest.fixture
async def client(deps: Deps) -> AsyncIterator[AsyncClient]:
    """A client of the running app, anonymous unless a request has a token."""
    async with asgi_client(create_app(deps)) as client:
        yield client


@pytest.fixture
def shop(client: AsyncClient, tokens: Tokens, deps: Deps) -> Shop:
    """The app as staff and sales use it."""
    return Shop(client, tokens, deps.database)


@pytest.fixture
def consume(deps: Deps, clock: FakeClock) -> Any:
    """Consume events as one batch, each with a new id."""

    async def run(*events: Event) -> None:
        await take_in(deps.database, subscriptions(clock), [received(event) for event in events])

    return run


@pytest.fixture
async def shelf(shop: Shop) -> list[Any]:
    """Two products, ten pieces of each."""
    return [await shop.product(current_stock=10) for _ in range(2)]
