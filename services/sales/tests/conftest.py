"""What the service tests run on: the real app on a real database, its neighbours faked at the ports."""

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from httpx import AsyncClient

from libs.common.calls.remote_keys import RemoteKeys
from libs.common.calls.session import HttpSession
from libs.common.clock import system_clock
from libs.common.db.database import Database
from libs.common.http.idempotency_store import IdempotencyStore
from libs.common.messaging.broker import Broker
from libs.common.messaging.outbox import Outbox
from libs.testing.asgi import asgi_client
from libs.testing.clock import FakeClock
from libs.testing.tokens import Tokens
from services.sales.deps import Deps
from services.sales.main import create_app
from services.sales.settings import SalesSettings
from services.sales.tests.builders import a_buyer
from services.sales.tests.fakes import FakeBuyers, FakeMonotonic, FakeStock, Folios, Product
from services.sales.usecases.orders.placing import HouseRules, OrderDesk
from services.sales.usecases.orders.releases import Releases

NOBODY_ANSWERS = "127.0.0.1:1"


@pytest.fixture(scope="session")
def service_name() -> str:
    """Whose migrations make the database."""
    return "sales"


@pytest.fixture
def stock() -> FakeStock:
    """Products 15 and 20 are on the shelf."""
    stock = FakeStock()
    stock.products = {15: Product("Coca Cola"), 20: Product("Pan", Decimal("10.00"), Decimal(0))}
    return stock


@pytest.fixture
def buyers() -> FakeBuyers:
    """Customer 1 is known."""
    buyers = FakeBuyers()
    buyers.known = {1: a_buyer(1)}
    return buyers


@pytest.fixture
def monotonic() -> FakeMonotonic:
    """Stands still."""
    return FakeMonotonic()


@pytest.fixture
def folios() -> Folios:
    """Counts up."""
    return Folios()


@pytest.fixture
def settings(database_url: str) -> SalesSettings:
    """No broker and no neighbour answers: events stay in the outbox, where tests find them."""
    return SalesSettings(
        database_url=database_url,
        amqp_url=f"amqp://{NOBODY_ANSWERS}/",
        jwks_url=f"http://{NOBODY_ANSWERS}/jwks.json",
        service_key_file=Path("unused.pem"),
        service_keys_file=Path("unused.json"),
        catalog_url=f"http://{NOBODY_ANSWERS}",
        customers_url=f"http://{NOBODY_ANSWERS}",
        port=0,
    )


@pytest.fixture
def desk(
    settings: SalesSettings,
    clock: FakeClock,
    stock: FakeStock,
    buyers: FakeBuyers,
    monotonic: FakeMonotonic,
    folios: Folios,
) -> OrderDesk:
    """Takes orders of the fakes' products for the fakes' customers."""
    return OrderDesk(
        database=Database(settings.database_url, events=Outbox("sales", clock), name="sales-test"),
        stock=stock,
        buyers=buyers,
        releases=Releases(stock),
        rules=HouseRules(ZoneInfo("America/Mexico_City"), Decimal(10)),
        clock=clock,
        server_clock=system_clock,
        monotonic=monotonic,
        new_folio=folios,
    )


@pytest.fixture
def deps(settings: SalesSettings, clock: FakeClock, tokens: Tokens, desk: OrderDesk) -> Deps:
    """As in production, but for the fakes and the keys that tokens are verified with."""
    session = HttpSession()
    return Deps(
        settings=settings,
        clock=clock,
        database=desk.database,
        outbox=Outbox("sales", clock),
        broker=Broker(settings.amqp_url, name="sales-test"),
        session=session,
        keys=RemoteKeys(settings.jwks_url, session),
        verifier=tokens.verifier,
        service_verifier=tokens.service_verifier("sales"),
        idempotency=IdempotencyStore(desk.database, clock),
        desk=desk,
    )


@pytest.fixture
async def till(deps: Deps, tokens: Tokens) -> AsyncIterator[AsyncClient]:
    """A client of the running app, as the EMPLOYEE with id 7 unless a request says otherwise."""
    async with asgi_client(create_app(deps)) as client:
        await deps.database.pool.wait()
        client.headers.update(tokens.bearer(role="EMPLOYEE", user_id=7))
        yield client
