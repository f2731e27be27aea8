"""Fixtures of the service tests: the real app on a real database, and a client that is an ADMIN."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from httpx import AsyncClient

from libs.testing.asgi import asgi_client
from libs.testing.clock import FakeClock
from libs.testing.settings import made_once
from libs.testing.tokens import Tokens
from services.chatbot.deps import Deps, build_deps
from services.chatbot.main import create_app
from services.chatbot.settings import ChatbotSettings


@pytest.fixture(scope="session")
def service_name() -> str:
    """The service whose migrations create the database."""
    return "chatbot"


@pytest.fixture
def deps(common_settings: dict[str, Any], clock: FakeClock, tokens: Tokens) -> Deps:
    """The dependencies as in production, except the clock and the keys that verify tokens."""
    return tokens.trusted_by(build_deps(made_once(ChatbotSettings, **common_settings), clock=clock))


@pytest.fixture
async def client(deps: Deps, tokens: Tokens) -> AsyncIterator[AsyncClient]:
    """A client of the running app, an ADMIN unless a request sets another token."""
    async with asgi_client(create_app(deps)) as client:
        client.headers.update(tokens.bearer(role="ADMIN"))
        yield client
