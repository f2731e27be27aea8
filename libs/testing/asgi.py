"""Calls an app over ASGI, without a socket, between its startup and shutdown."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from asgi_lifespan import LifespanManager

STARTUP_TIMEOUT_SECONDS = 30


@asynccontextmanager
async def asgi_client(app: Any, *, base_url: str = "http://testserver") -> AsyncIterator[httpx.AsyncClient]:
    """A client of the app, which runs from startup to shutdown around the block."""
    async with (
        LifespanManager(
            app, startup_timeout=STARTUP_TIMEOUT_SECONDS, shutdown_timeout=STARTUP_TIMEOUT_SECONDS
        ) as manager,
        httpx.AsyncClient(transport=httpx.ASGITransport(app=manager.app), base_url=base_url) as client,
    ):
        yield client
