"""What happens to a request from outside? It is routed, its token verified, and it is passed on."""

import asyncio
import time
from dataclasses import dataclass

import orjson
from fastapi import Response
from starlette.types import Receive, Scope, Send

from gateway.proxy import ClientGone, Proxy, header
from gateway.routes import is_pos, route_of
from libs.common.auth.tokens import TokenVerifier, bearer_of
from libs.common.errors import DomainError, NotFound
from libs.common.http.answers import Dialect
from libs.common.http.door import as_response
from libs.common.http.pos_dialect import POS
from libs.common.http.storefront_dialect import STORE

HEALTH_REMEMBERED_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Health:
    """The state of every service, as it was at a moment (monotonic seconds)."""

    parts: dict[str, str]
    seen_at: float


class PublicDoor:
    """The only public door: every path of the contract, and nothing else (contract §1, gateway)."""

    mounted_at = ""

    def __init__(self, proxy: Proxy, verifier: TokenVerifier, services: tuple[str, ...]) -> None:
        self._proxy = proxy
        self._verifier = verifier
        self._services = services
        self._health = Health({}, float("-inf"))
        self._asking = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; every refusal in the dialect of its path."""
        if scope["path"] in {"/health", "/health/"}:
            await (await self._health_answer())(scope, receive, send)
            return
        try:
            await self._pass_on(scope, receive, send)
        except DomainError as error:
            await as_response(dialect_of(scope["path"]).refusal(error))(scope, receive, send)
        except ClientGone:
            return

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = route_of(scope["path"])
        if route is None:
            raise NotFound
        scope["route"] = route
        if scope["method"] not in route.open_to_all:
            await self._verifier.verify(bearer_of(header(scope["headers"], b"authorization")))
        await self._proxy.pass_on(route, scope, receive, send)

    def respond(self, error: DomainError) -> Response:
        """A refusal that has no path yet (too many requests at once)."""
        return as_response(STORE.refusal(error))

    async def _health_answer(self) -> Response:
        """`{"status": "ok", "parts": {..}}`, or `degraded`. The parts are asked at most once a second."""
        async with self._asking:
            if time.monotonic() - self._health.seen_at > HEALTH_REMEMBERED_SECONDS:
                ready = await asyncio.gather(*(self._proxy.is_ready(name) for name in self._services))
                parts = {
                    name: "ok" if up else "unready" for name, up in zip(self._services, ready, strict=True)
                }
                self._health = Health(parts, time.monotonic())
        well = all(state == "ok" for state in self._health.parts.values())
        body = {"status": "ok" if well else "degraded", "parts": self._health.parts}
        return Response(orjson.dumps(body), media_type="application/json")


def dialect_of(path: str) -> Dialect:
    """The words in which this caller is answered."""
    return POS if is_pos(path) else STORE
