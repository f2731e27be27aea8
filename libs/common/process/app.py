"""A process as an ASGI app: doors, health, metrics and background loops."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, Protocol

import orjson
import structlog
from fastapi import Request, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from libs.common.errors import DomainError, Unavailable
from libs.common.http.door import Door
from libs.common.http.idempotency_store import IdempotencyStore
from libs.common.http.route import JsonRoute
from libs.common.http.store import StoreDoor
from libs.common.metrics import exposition, requests_in_flight
from libs.common.process.documents import Document, document_of
from libs.common.process.health import Check, Note, Readiness
from libs.common.process.middleware import Observed
from libs.common.process.tasks import Supervisor, Task

IN_FLIGHT_MAX = 512
ABOUT_ITSELF = frozenset({"/livez", "/readyz", "/metrics", "/openapi.json"})

log = structlog.get_logger(__name__)


class Deps(Protocol):
    """The dependencies of a service, opened before the first request and closed after the last."""

    async def open(self) -> None:
        """Start, without waiting for servers."""

    async def close(self) -> None:
        """Close everything."""


class Mounted(Protocol):
    """Answers the paths under `mounted_at` (empty: all paths of no other door). Usually a `Door`."""

    mounted_at: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

    def respond(self, error: DomainError) -> ASGIApp:
        """The answer to a refusal in the door's dialect."""


class ServiceApp:
    """A process as one ASGI app: health, metrics and documents, and the doors by their prefix.

    `/readyz` runs the `checks`; each raises if its part is not ready. `notes` are shown beside them and do
    not affect readiness (see `Readiness`). `tasks` are background loops; they end in the given order
    (consumers first). The verifiers and the idempotency store are available to routes as `request.state`.
    With an `internal_port`, health, metrics and documents are answered on that port only.

    Raises `ValueError` for a door with an idempotent route if there is no idempotency store.
    """

    def __init__(  # noqa: PLR0913 - a process has that many sorts of parts
        self,
        *,
        service: str,
        deps: Deps,
        doors: Sequence[Mounted] = (),
        checks: Mapping[str, Check] | None = None,
        tasks: Sequence[Task] = (),
        verifier: object = None,
        service_verifier: object = None,
        idempotency: IdempotencyStore | None = None,
        notes: Mapping[str, Note] | None = None,
        internal_port: int | None = None,
    ) -> None:
        if idempotency is None:
            _refuse_idempotent_routes(service, doors)
        self.service = service
        self.readiness = Readiness(checks or {}, notes)
        self._deps = deps
        self._supervisor = Supervisor(tasks)
        self._state = {
            "deps": deps,
            "verifier": verifier,
            "service_verifier": service_verifier,
            "idempotency": idempotency,
        }
        self._internal_port = internal_port
        self._doors: list[Mounted] = sorted(doors, key=lambda door: len(door.mounted_at), reverse=True)
        if all(door.mounted_at for door in doors):
            self._doors.append(StoreDoor(service))  # answers 404 to paths of no other door
        self._observed = Observed(self._through_door, service)
        self._in_flight = 0
        requests_in_flight.labels(service).set_function(lambda: self._in_flight)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle the lifespan or one request."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http" and scope["path"] in ABOUT_ITSELF and self._is_asked_inside(scope):
            await (await self._about_itself(scope["path"]))(scope, receive, send)
        elif scope["type"] == "http":
            await self._observed(scope, receive, send)
        else:  # websockets are not served
            await receive()
            await send({"type": "websocket.close", "code": 1000})

    def _is_asked_inside(self, scope: Scope) -> bool:
        return self._internal_port is None or scope["server"][1] == self._internal_port

    async def _through_door(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        door = next(
            door
            for door in self._doors
            if not door.mounted_at or path == door.mounted_at or path.startswith(door.mounted_at + "/")
        )
        scope["root_path"] = door.mounted_at
        scope["state"] = dict(self._state)
        if self._in_flight >= IN_FLIGHT_MAX:
            await door.respond(Unavailable(self.service))(scope, receive, send)
            return
        self._in_flight += 1
        try:
            await _answer_head(door, scope, receive, send)
        finally:
            self._in_flight -= 1

    @cached_property
    def _document(self) -> Document:
        return document_of(self._doors)

    async def _about_itself(self, path: str) -> ASGIApp:
        match path:
            case "/openapi.json":
                return self._document
            case "/livez":
                return Response(b'{"status":"alive"}', media_type="application/json")
            case "/metrics":
                await self.readiness.measure()
                content, content_type = exposition()
                return Response(content, media_type=content_type)
            case _:
                ready, report = await self.readiness.report()
                return Response(orjson.dumps(report), 200 if ready else 503, media_type="application/json")

    async def _live(self, receive: Receive, send: Send) -> None:
        """Open the dependencies and run the tasks; at shutdown stop the tasks in order, then close."""
        await receive()
        try:
            await self._deps.open()
        except Exception as error:
            log.exception("start_failed")
            await send({"type": "lifespan.startup.failed", "message": repr(error)})
            return
        async with asyncio.TaskGroup() as group:
            self._supervisor.start(group)
            log.info("started")
            await send({"type": "lifespan.startup.complete"})
            await receive()
            self.readiness.draining = True
            await self._supervisor.stop()
        await self._deps.close()
        log.info("stopped")
        await send({"type": "lifespan.shutdown.complete"})


async def _answer_head(door: Mounted, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer HEAD as GET without the body."""
    if scope["method"] != "HEAD":
        await door(scope, receive, send)
        return

    async def send_no_body(message: Any) -> None:
        await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

    as_get = {**scope, "method": "GET"}  # a copy: the server must not expect a body
    try:
        await door(as_get, receive, send_no_body)
    finally:
        scope["route"] = as_get.get("route")  # by which it is measured and logged


def _refuse_idempotent_routes(service: str, doors: Sequence[Mounted]) -> None:
    for door in doors:
        for route in door.routes if isinstance(door, Door) else ():
            if isinstance(route, JsonRoute) and route.is_idempotent:
                raise ValueError(f"{service}: {route.path} is idempotent, and there is no idempotency store")


async def current_deps(request: Request) -> Any:
    """The service's dependencies: `DepsDep = Annotated[SalesDeps, Depends(current_deps)]`."""
    return request.scope["state"]["deps"]
