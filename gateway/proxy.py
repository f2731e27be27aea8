"""Passes a request on to its service and streams the answer back, with unchanged bytes."""

import asyncio

import aiohttp
import structlog
from starlette.types import Message, Receive, Scope, Send

from gateway.bodies import Body, ClientGone
from gateway.routes import Route
from gateway.upstreams import Question, Upstream
from libs.common.context import request_id, traceparent
from libs.common.http.header_text import as_text
from libs.common.tracing.spans import span

# RFC 9110 §7.6.1: these belong to one connection, not to the message.
HOP_BY_HOP = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)
# Set only by the gateway; a client's headers with these names are dropped.
OURS = frozenset(
    {b"host", b"forwarded", b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host", b"x-real-ip"}
    | {b"x-request-id", b"traceparent", b"tracestate"}
    | {b"expect"}  # `100 Continue` was sent before the body was read
)
NOT_PASSED_ON = HOP_BY_HOP | OURS
NONE: frozenset[bytes] = frozenset()
LENGTH = frozenset({b"content-length"})
IDENTITY_PREFIX = b"x-user"
ANSWER_DROPPED = HOP_BY_HOP | {b"x-request-id", b"date"}  # the gateway sends both itself

log = structlog.get_logger(__name__)


class Proxy:
    """Passes requests on to the services."""

    def __init__(self, upstreams: dict[str, str], *, requests_max: int, upload_seconds: float) -> None:
        """`upload_seconds` limits the time of a body that is streamed to its service."""
        self._upload_seconds = upload_seconds
        self._upstreams = {
            service: Upstream(service, address, requests_max=requests_max)
            for service, address in upstreams.items()
        }

    async def open(self) -> None:
        """Make one pool of connections per service."""
        for upstream in self._upstreams.values():
            await upstream.open()

    async def close(self) -> None:
        """Close all connections."""
        for upstream in self._upstreams.values():
            await upstream.close()

    async def pass_on(
        self, route: Route, scope: Scope, receive: Receive, send: Send, *, is_from_staff: bool = False
    ) -> None:
        """Send the request to the route's service and its answer to the client.

        Raises `BodyTooLarge`, `ClientGone`, and what `Upstream.ask` raises. A client that hangs up while the
        service works does not stop it; the slot stays taken until the service has answered.
        """
        body = Body(receive, route.body_bytes_max)
        await body.read(scope)
        seconds = route.timeout_seconds
        if not body.is_whole:
            seconds += route.body_seconds or self._upload_seconds
        with span(f"{scope['method']} {route.service}", "CLIENT"):
            question = Question(
                scope["method"], _target(scope), _request_headers(scope, body), body, seconds, is_from_staff
            )
            answer = await self._upstreams[route.service].ask(question)
        if answer.content.at_eof():
            await send(_start(answer))
            await send({"type": "http.response.body", "body": await answer.read()})
        else:
            await _stream(answer, question, receive, send)

    async def is_ready(self, service: str) -> bool:
        """Whether the service reports that it is ready."""
        return await self._upstreams[service].is_ready()


async def _stream(answer: aiohttp.ClientResponse, question: Question, receive: Receive, send: Send) -> None:
    """Send the answer in pieces; break off if the service breaks off or stalls. Raises `ClientGone`."""
    body = question.body
    async with asyncio.TaskGroup() as group:
        gone = group.create_task(_close_when_gone(answer, body, receive)) if body.is_whole else None
        try:
            await _send_pieces(answer, question.seconds, send)
        except (aiohttp.ClientError, OSError) as error:
            if body.refusal is None:
                # The status has been sent: an incomplete answer can only be shown by not ending it.
                log.warning("answer_broken", method=question.method, why=repr(error))
        finally:
            answer.close()
            if gone is not None:
                gone.cancel()
    if isinstance(body.refusal, ClientGone):
        raise body.refusal


async def _send_pieces(answer: aiohttp.ClientResponse, seconds: float, send: Send) -> None:
    """Send each piece as it comes, then the empty one that ends it. Each may take the service `seconds`."""
    await send(_start(answer))
    more = True
    while more:
        async with asyncio.timeout(seconds):
            piece = await answer.content.readany()
        more = bool(piece)
        await send({"type": "http.response.body", "body": piece, "more_body": more})


async def _close_when_gone(answer: aiohttp.ClientResponse, body: Body, receive: Receive) -> None:
    await receive()  # the body is complete: only a disconnect can follow
    body.refusal = ClientGone()
    answer.close()


def _target(scope: Scope) -> str:
    target: str = scope["raw_path"].decode("ascii")
    if scope["query_string"]:
        target += "?" + scope["query_string"].decode("latin-1")
    return target


def _request_headers(scope: Scope, body: Body) -> list[tuple[str, str]]:
    dropped = _named_by_connection(scope)
    if body.is_whole:  # the service gets the real length: it would wait for a length that was only announced
        dropped |= LENGTH
    headers = [
        (name.decode("latin-1"), as_text(value))
        for name, value in scope["headers"]
        if name not in NOT_PASSED_ON and name not in dropped and not name.startswith(IDENTITY_PREFIX)
    ]
    client = scope.get("client")
    if client:
        headers.append(("X-Forwarded-For", client[0]))
    headers.append(("X-Forwarded-Proto", scope.get("scheme", "http")))
    if identifier := request_id.get():
        headers.append(("X-Request-ID", identifier))
    if trace := traceparent.get():
        headers.append(("traceparent", trace))
    return headers


def _named_by_connection(scope: Scope) -> frozenset[bytes]:
    """The headers that the client limits to this connection."""
    named = [value for name, value in scope["headers"] if name == b"connection"]
    return frozenset(name.strip() for name in b",".join(named).lower().split(b",")) if named else NONE


def _start(answer: aiohttp.ClientResponse) -> Message:
    headers = [
        (lowered, value)
        for name, value in answer.raw_headers
        if (lowered := name.lower()) not in ANSWER_DROPPED
    ]
    return {"type": "http.response.start", "status": answer.status, "headers": headers}
