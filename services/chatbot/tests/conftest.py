"""What the service tests run on: the real app on a real database, and a client that is an ADMIN."""

from collections.abc import AsyncIterator

import pytest
from httpx import AsyncClient

from libs.common.calls.remote_keys import RemoteKeys
from libs.common.calls.session import HttpSession
from libs.common.db.database import Database
from libs.testing.asgi import asgi_client
from libs.testing.clock import FakeClock
from libs.testing.tokens import Tokens
from services.chatbot.deps import Deps
from services.chatbot.main import create_app

NO_KEYS = "http://127.0.0.1:1/jwks.json"


@pytest.fixture(scope="session")
def service_name() -> str:
    """Whose migrations make the database."""
    return "chatbot"


@pytest.fixture
def deps(database_url: str, clock: FakeClock, tokens: Tokens) -> Deps:
    """As in production, but for the clock and the keys that tokens are verified with."""
    session = HttpSession()
    return Deps(
        clock=clock,
        database=Database(database_url, name="chatbot-test"),
        session=session,
        keys=RemoteKeys(NO_KEYS, session),
        verifier=tokens.verifier,
    )


@pytest.fixture
async def client(deps: Deps, tokens: Tokens) -> AsyncIterator[AsyncClient]:
    """A client of the running app, as ADMIN unless a request says otherwise."""
    async with asgi_client(create_app(deps)) as client:
        client.headers.update(tokens.bearer(role="ADMIN"))
        yield client
