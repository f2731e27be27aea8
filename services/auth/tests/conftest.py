"""Fixtures of the service tests: auth with its own keys and database. Events stay in the outbox."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from httpx import AsyncClient

from libs.common.auth.keys import SigningKey
from libs.testing.asgi import asgi_client
from libs.testing.clock import FakeClock
from libs.testing.tokens import Tokens
from services.auth.clients.passwords import Passwords
from services.auth.deps import Deps, build_deps
from services.auth.main import create_app
from services.auth.settings import AuthSettings
from services.auth.tests.builders import bearer, signing_keys

MEMORY_KIB_MIN = 8


@pytest.fixture(scope="session")
def service_name() -> str:
    return "auth"


@pytest.fixture
def settings(common_settings: dict[str, Any], tmp_path: Path) -> AuthSettings:
    keys = signing_keys(tmp_path, SigningKey.generate("2026-03-01"))
    return AuthSettings(**common_settings, signing_keys_dir=keys)


@pytest.fixture
def passwords() -> Passwords:
    """Passwords whose hashes cost next to nothing; tests of their cost use the real parameters."""
    return Passwords(memory_kib=MEMORY_KIB_MIN, passes=1)


@pytest.fixture
def deps(settings: AuthSettings, clock: FakeClock, tokens: Tokens, passwords: Passwords) -> Deps:
    """The dependencies as in production, except clock, service keys and hashes; user keys are auth's own."""
    deps = build_deps(settings, clock=clock, passwords=passwords)
    return replace(deps, service_verifier=tokens.service_verifier("auth"))


@pytest.fixture
async def client(deps: Deps) -> AsyncIterator[AsyncClient]:
    async with asgi_client(create_app(deps)) as client:
        yield client


@pytest.fixture
async def admin(client: AsyncClient, deps: Deps) -> dict[str, str]:
    """The header of an admin: user 1, if the test has made no other before."""
    return await bearer(deps, client, "admin")
