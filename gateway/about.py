"""The gateway's own pages: `/` names the system, `/health` shows the state of every part."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import Response

from gateway.proxy import Proxy
from gateway.revocations.state import Revocations
from libs.common.http.replies import reply
from libs.common.version import VERSION

HEALTH_REMEMBERED_SECONDS = 1.0
READS = ("GET", "HEAD")  # for all pages that the gateway answers itself
WELCOME = {
    "name": "Mostrador",
    "version": VERSION,
    "tills": {"base": "/api/", "docs": "/api/docs", "openapi": "/api/docs/openapi.json"},
    "shop": {"base": "/", "docs": "/docs", "openapi": "/docs/openapi.json"},
    "events": {"docs": "/events/docs", "asyncapi": "/events/asyncapi.json"},
    "keys": "/.well-known/jwks.json",
    "health": "/health",
}


@dataclass(frozen=True, slots=True)
class Health:
    """The state of every part at a time in monotonic seconds."""

    parts: Mapping[str, str]
    seen_at: float


class About:
    """The two pages, without token and rate limit."""

    def __init__(self, proxy: Proxy, revocations: Revocations, services: Sequence[str]) -> None:
        self._proxy = proxy
        self._revocations = revocations
        self._services = services
        self._health = Health({}, float("-inf"))
        self._asking = asyncio.Lock()

    def has(self, path: str) -> bool:
        """Whether this path is answered here."""
        return path in {"/", "/health", "/health/"}

    async def answer(self, path: str) -> Response:
        """The page at a path."""
        return reply(WELCOME if path == "/" else await self._state())

    async def _state(self) -> Mapping[str, object]:
        """`{"status": "ok", "parts": {..}}`, or `degraded`. Checks the parts at most once a second."""
        async with self._asking:
            if time.monotonic() - self._health.seen_at > HEALTH_REMEMBERED_SECONDS:
                self._health = Health(await self._parts(), time.monotonic())
        well = all(state == "ok" for state in self._health.parts.values())
        return {"status": "ok" if well else "degraded", "parts": self._health.parts}

    async def _parts(self) -> Mapping[str, str]:
        ready = await asyncio.gather(*(self._proxy.is_ready(name) for name in self._services))
        parts = {name: "ok" if up else "unready" for name, up in zip(self._services, ready, strict=True)}
        return {**parts, "revocations": "ok" if self._revocations.trouble() is None else "delayed"}
