"""Calls an app over ASGI, without a socket, between its startup and shutdown."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Protocol

import httpx
from asgi_lifespan import LifespanManager

BASE_URL = "http://testserver"
STARTUP_TIMEOUT_SECONDS = 30


class MakeClient(Protocol):
    """Makes clients of a running app."""

    def __call__(self, headers: Mapping[str, str] | None = None) -> httpx.AsyncClient:
        """A client that sends these headers with every request. It need not be closed."""


@asynccontextmanager
async def asgi_clients(app: Any) -> AsyncIterator[MakeClient]:
    """Makes clients of the app, which runs from startup to shutdown around the block."""

    def client(headers: Mapping[str, str] | None = None) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=manager.app)
        return httpx.AsyncClient(transport=transport, base_url=BASE_URL, headers=headers)

    async with LifespanManager(
        app, startup_timeout=STARTUP_TIMEOUT_SECONDS, shutdown_timeout=STARTUP_TIMEOUT_SECONDS
    ) as manager:
        yield client


@asynccontextmanager
async def asgi_client(app: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the app, which runs from startup to shutdown around the block."""
    async with asgi_clients(app) as client_of, client_of() as client:
        yield client
