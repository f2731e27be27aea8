"""Gives every request an id and a trace, one log line and one measurement."""

import logging
import re
import secrets
import time
from collections.abc import Mapping
from http import HTTPStatus

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from libs.common.context import request_id
from libs.common.metrics import observe_request
from libs.common.tracing.spans import Span, span_of_request

REQUEST_ID = re.compile(rb"[\x21-\x7e]{1,128}")
TRACEPARENT = re.compile(rb"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
UNROUTED = "unrouted"
CLIENT_GONE = 499
KNOWN_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

log = structlog.get_logger("access")


class Observed:
    """The one middleware of a service (each more would cost every request)."""

    def __init__(self, app: ASGIApp, service: str) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Adds `X-Request-ID` to answers: the request's, or a new one."""
        exchange = _Exchange(scope, send)
        # Fields that the app adds to the request's line; `level` is that of the line itself.
        scope["logged"] = {}
        started = time.perf_counter()
        with span_of_request(exchange.parent) as span:
            try:
                await self._app(scope, receive, exchange.send)
            finally:
                self._tell(scope, exchange, span, time.perf_counter() - started)

    def _tell(self, scope: Scope, exchange: "_Exchange", span: Span, seconds: float) -> None:
        route = route_of(scope)
        method = scope["method"] if scope["method"] in KNOWN_METHODS else "OTHER"
        observe_request(self._service, method, route, exchange.status, seconds)
        if span.is_recorded:
            _describe(span, method, route, exchange.status)
        log.log(
            scope["logged"].pop("level", logging.INFO),
            "request",
            method=method,
            path=scope["path"],
            route=route,
            status=exchange.status,
            duration_ms=round(seconds * 1000, 2),
            **scope["logged"],
        )


class _Exchange:
    """The id of a request, the span that it comes from, and the status of its answer."""

    def __init__(self, scope: Scope, send: Send) -> None:
        came = {name: value for name, value in scope["headers"] if name in {b"x-request-id", b"traceparent"}}
        self._request_id = request_id_of(came)
        self._send = send
        self.parent = _accepted(TRACEPARENT, came.get(b"traceparent"))
        self.status = CLIENT_GONE
        request_id.set(self._request_id)

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [*message["headers"], (b"x-request-id", self._request_id.encode())]
        await self._send(message)


def request_id_of(headers: Mapping[bytes, bytes]) -> str:
    """The id that these headers give to a request, or a new one."""
    return _accepted(REQUEST_ID, headers.get(b"x-request-id")) or secrets.token_hex(16)


def route_of(scope: Scope) -> str:
    """The route that answered, `/api/orders/{order_id}/`, never a path with ids (labels must be few)."""
    route = scope.get("route")
    return UNROUTED if route is None else f"{scope.get('root_path', '')}{route.path}"


def _accepted(pattern: re.Pattern[bytes], value: bytes | None) -> str | None:
    return value.decode() if value is not None and pattern.fullmatch(value) else None


def _describe(span: Span, method: str, route: str, status: int) -> None:
    """Name a span by its route, never by the path, which has ids, nor the query, which has names."""
    span.describe(
        f"{method} {route}",
        {"http.request.method": method, "http.route": route, "http.response.status_code": status},
        failed=status >= HTTPStatus.INTERNAL_SERVER_ERROR,
    )
