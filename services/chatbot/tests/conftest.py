"""Fixtures of the service tests: the real app on a real database, and a client that is an ADMIN."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from httpx import AsyncClient

from libs.testing.asgi import asgi_client
from libs.testing.clock import FakeClock
from libs.testing.tokens import KeyFiles, Tokens
from services.chatbot.deps import Deps, build_deps
from services.chatbot.main import create_app
from services.chatbot.settings import ChatbotSettings

NO_KEYS = "http://127.0.0.1:1/jwks.json"
NO_BROKER = "amqp://127.0.0.1:1/"


@pytest.fixture(scope="session")
def service_name() -> str:
    """Whose migrations make the database."""
    return "chatbot"


@pytest.fixture
def deps(database_url: str, clock: FakeClock, tokens: Tokens, key_files: KeyFiles) -> Deps:
    """As in production, but for the clock and the keys that tokens are verified with."""
    settings = ChatbotSettings(
        database_url=database_url,
        amqp_url=NO_BROKER,
        port=0,
        jwks_url=NO_KEYS,
        service_key_file=key_files.private,
        service_keys_file=key_files.public,
    )
    return replace(build_deps(settings, clock=clock), user_keys=tokens.user_keys, verifier=tokens.verifier)


@pytest.fixture
async def client(deps: Deps, tokens: Tokens) -> AsyncIterator[AsyncClient]:
    """A client of the running app, as ADMIN unless a request says otherwise."""
    async with asgi_client(create_app(deps)) as client:
        client.headers.update(tokens.bearer(role="ADMIN"))
        yield client
