"""The real gateway, over ASGI, in front of services that are played."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import httpx
import pytest

from gateway.deps import GatewayDeps
from gateway.main import create_app
from gateway.settings import GatewaySettings
from gateway.tests.upstream import Upstream, serving_upstream, told
from libs.testing.asgi import asgi_client

Gateway = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]


@pytest.fixture
async def upstream() -> AsyncIterator[Upstream]:
    """The services."""
    async with serving_upstream() as served:
        yield served


@pytest.fixture
def gateway(upstream: Upstream, tmp_path: Path) -> Gateway:
    """`async with gateway(customers_url=…) as client`: a gateway with settings of its own."""

    @asynccontextmanager
    async def started(**settings: object) -> AsyncIterator[httpx.AsyncClient]:
        known = GatewaySettings.model_validate(told(upstream, tmp_path, **settings))
        async with asgi_client(create_app(GatewayDeps.build(known))) as client:
            yield client

    return started


@pytest.fixture
async def client(gateway: Gateway) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a gateway with no settings of its own."""
    async with gateway() as asking:
        yield asking
