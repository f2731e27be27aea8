"""Fixtures of the service tests: auth with its own keys and database, and a broker."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from httpx import AsyncClient

from libs.common.auth.keys import SigningKey
from libs.testing.clock import FakeClock
from libs.testing.tokens import Tokens
from services.auth.deps import Deps, build_deps
from services.auth.main import create_app
from services.auth.settings import AuthSettings
from services.auth.tests.builders import signing_keys


@pytest.fixture(scope="session")
def service_name() -> str:
    return "auth"


@pytest.fixture
def settings(common_settings: dict[str, Any], on_broker: dict[str, Any], tmp_path: Path) -> AuthSettings:
    keys = signing_keys(tmp_path, SigningKey.generate("2026-03-01"))
    return AuthSettings(**{**common_settings, **on_broker}, signing_keys_dir=keys)


@pytest.fixture
def deps(settings: AuthSettings, clock: FakeClock, tokens: Tokens) -> Deps:
    """The dependencies as in production, except the clock and the service keys; user keys are auth's own."""
    deps = build_deps(settings, clock=clock)
    return replace(deps, service_verifier=tokens.service_verifier("auth"))


@pytest.fixture
async def client(
    deps: Deps, asgi_client: Callable[..., AbstractAsyncContextManager[AsyncClient]]
) -> AsyncIterator[AsyncClient]:
    async with asgi_client(create_app(deps)) as client:
        yield client
