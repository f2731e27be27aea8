"""Fixtures of the service tests: the real app on a real database, and a client that is an EMPLOYEE."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from httpx import AsyncClient

from libs.testing.asgi import asgi_client
from libs.testing.clock import FakeClock
from libs.testing.settings import NOBODY, made_once
from libs.testing.tokens import Tokens
from services.customers.deps import Deps, build_deps
from services.customers.main import create_app
from services.customers.settings import CustomersSettings
from services.customers.tests.builders import a_customer
from services.customers.tests.charging import Sales
from services.customers.tests.fakes import FakeDrawers


@pytest.fixture(scope="session")
def service_name() -> str:
    """The service whose migrations create the database."""
    return "customers"


@pytest.fixture
def settings(common_settings: dict[str, Any]) -> CustomersSettings:
    """The settings common to every service; no other service answers."""
    return made_once(CustomersSettings, **common_settings, sales_url=NOBODY)


@pytest.fixture
def drawers() -> FakeDrawers:
    """Sales without any register or shift."""
    return FakeDrawers()


@pytest.fixture
def deps(settings: CustomersSettings, clock: FakeClock, tokens: Tokens, drawers: FakeDrawers) -> Deps:
    """The dependencies as in production, except the clock, the keys that verify tokens, and sales."""
    return tokens.trusted_by(build_deps(settings, clock=clock, drawers=drawers))


@pytest.fixture
async def client(deps: Deps, tokens: Tokens) -> AsyncIterator[AsyncClient]:
    """A client of the running app, an EMPLOYEE unless a request sets another token."""
    async with asgi_client(create_app(deps)) as client:
        client.headers.update(tokens.bearer(role="EMPLOYEE"))
        yield client


@pytest.fixture
def sales(client: AsyncClient, tokens: Tokens) -> Sales:
    """Sales, as a caller of the internal door."""
    return Sales(client, tokens.service(caller="sales", audience="customers"))


@pytest.fixture
async def maria(client: AsyncClient) -> dict[str, Any]:
    """Customer 1, who has bought nothing yet."""
    return await a_customer(client)
