"""What the service tests run on: the real app on a real database, and a client that is an EMPLOYEE."""

from collections.abc import AsyncIterator
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from httpx import AsyncClient

from libs.common.calls.remote_keys import RemoteKeys
from libs.common.calls.session import HttpSession
from libs.common.db.database import Database
from libs.common.messaging.broker import Broker
from libs.common.messaging.outbox import Outbox
from libs.testing.asgi import asgi_client
from libs.testing.clock import FakeClock
from libs.testing.tokens import Tokens
from services.customers.deps import Deps
from services.customers.main import create_app

# Without a broker the events stay in the outbox, where tests can read them; test_worker.py has a real one.
NO_KEYS = "http://127.0.0.1:1/jwks.json"
NO_BROKER = "amqp://127.0.0.1:1/"


@pytest.fixture(scope="session")
def service_name() -> str:
    """Whose migrations make the database."""
    return "customers"


@pytest.fixture
def deps(database_url: str, clock: FakeClock, tokens: Tokens) -> Deps:
    """As in production, but for the clock, the keys that tokens are verified with, and the broker."""
    session = HttpSession()
    outbox = Outbox("customers", clock)
    return Deps(
        clock=clock,
        database=Database(database_url, events=outbox, name="customers-test"),
        outbox=outbox,
        broker=Broker(NO_BROKER, name="customers-test"),
        session=session,
        keys=RemoteKeys(NO_KEYS, session),
        verifier=tokens.verifier,
        service_verifier=tokens.service_verifier("customers"),
        store_timezone=ZoneInfo("America/Mexico_City"),
        default_credit_limit=Decimal("2000.00"),
    )


@pytest.fixture
async def client(deps: Deps, tokens: Tokens) -> AsyncIterator[AsyncClient]:
    """A client of the running app, as EMPLOYEE unless a request says otherwise."""
    async with asgi_client(create_app(deps)) as client:
        client.headers.update(tokens.bearer(role="EMPLOYEE"))
        yield client
