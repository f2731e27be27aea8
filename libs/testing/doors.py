"""Calls a service's door without what is behind it: a door decides rights and shapes by itself."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from libs.common.errors import Unavailable
from libs.common.http.door import Door
from libs.common.process.app import ServiceApp
from libs.testing.tokens import Tokens

LET_IN = 503
"""The status of a request that the door has let in: nothing behind it can be reached."""


class OutOfReach:
    """The dependencies of a process, of which none can be reached: touching one raises `Unavailable`."""

    async def open(self) -> None:
        """Start nothing."""

    async def close(self) -> None:
        """Close nothing."""

    def __getattr__(self, name: str) -> Any:
        raise Unavailable(name)


@asynccontextmanager
async def client_at(service: str, door: Door, tokens: Tokens) -> AsyncIterator[httpx.AsyncClient]:
    """An anonymous client of this door. A request that needs anything behind it is answered `LET_IN`.

    The app is not started: there is nothing to connect to.
    """
    app = ServiceApp(
        service=service,
        deps=OutOfReach(),
        doors=[door],
        verifier=tokens.verifier,
        service_verifier=tokens.service_verifier(service),
        idempotency=OutOfReach(),  # type: ignore[arg-type]  # a store that cannot be reached
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://testserver") as client:
        yield client
