"""How does a request reach its service? One streaming proxy function; bytes go through untouched."""

from collections.abc import AsyncIterator, Iterable

import aiohttp
from starlette.types import Message, Receive, Scope, Send
from yarl import URL

from gateway.routes import Route
from libs.common.context import request_id, traceparent
from libs.common.errors import DomainError, Kind, Unavailable

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
# Said by the gateway alone; whatever a client sends under these names is dropped.
OURS = frozenset(
    {b"host", b"forwarded", b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host", b"x-real-ip"}
    | {b"x-request-id", b"traceparent", b"tracestate"}
)
IDENTITY_PREFIX = b"x-user"
ANSWER_DROPPED = HOP_BY_HOP | {b"x-request-id", b"date"}  # both are said by the gateway itself

# Up to here one piece is cheaper than a stream.
BUFFERED_BYTES = 64 * 1024


class BodyTooLarge(DomainError):
    """The body is longer than this path takes."""

    kind = Kind.TOO_LARGE
    code = "body_too_large"
    message = "Request body too large."


class ClientGone(Exception):
    """The client hung up before its body was whole; there is nobody to answer."""


class AnswerBroken(Exception):
    """The service died in the middle of its answer; the client has the status already."""


class Proxy:
    """Connections to the services, and the passing on of requests over them."""

    def __init__(self, upstreams: dict[str, str], *, connections_max: int) -> None:
        self._bases = {service: address.rstrip("/") for service, address in upstreams.items()}
        self._connections_max = connections_max
        self._sessions: dict[str, aiohttp.ClientSession] = {}

    async def open(self) -> None:
        """Make one pool of connections per service, so that a slow one never takes another's."""
        for service in self._bases:
            self._sessions[service] = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections_max, keepalive_timeout=60),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
            )

    async def close(self) -> None:
        """Close all connections."""
        for session in self._sessions.values():
            await session.close()

    async def pass_on(self, route: Route, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the request to the route's service and its answer to the client.

        Raises `BodyTooLarge`, and `Unavailable` when the service can't be reached or misses its deadline.
        """
        body = await _body(scope, receive, route.body_bytes_max)
        try:
            async with self._sessions[route.service].request(
                scope["method"],
                self._address(route, scope),
                headers=_request_headers(scope),
                data=body,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=route.timeout_seconds, connect=3.0),
            ) as answer:
                await _send_answer(answer, send)
        except (aiohttp.ClientError, TimeoutError, ConnectionError) as error:
            raise Unavailable(route.service) from error

    async def is_ready(self, service: str) -> bool:
        """Whether the service says that it is ready."""
        try:
            async with self._sessions[service].get(
                f"{self._bases[service]}/readyz", timeout=aiohttp.ClientTimeout(total=2.0)
            ) as answer:
                return answer.ok
        except (aiohttp.ClientError, TimeoutError, ConnectionError):
            return False

    def _address(self, route: Route, scope: Scope) -> URL:
        target = scope["raw_path"].decode("ascii")
        if scope["query_string"]:
            target += "?" + scope["query_string"].decode("latin-1")
        return URL(self._bases[route.service] + target, encoded=True)


def _request_headers(scope: Scope) -> list[tuple[str, str]]:
    per_connection = {
        name.strip().lower().encode() for name in header(scope["headers"], b"connection").split(",")
    }
    headers = [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, value in scope["headers"]
        if name not in HOP_BY_HOP
        and name not in OURS
        and name not in per_connection
        and not name.startswith(IDENTITY_PREFIX)
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


async def _body(scope: Scope, receive: Receive, bytes_max: int) -> bytes | AsyncIterator[bytes] | None:
    """The request's body: a stream where its length is announced and large, else whole; None without one."""
    announced = next((int(value) for name, value in scope["headers"] if name == b"content-length"), None)
    if announced is not None and announced > bytes_max:
        raise BodyTooLarge
    pieces = _pieces(receive)
    if announced is not None and announced > BUFFERED_BYTES:
        return pieces
    body = bytearray()
    async for piece in pieces:
        body += piece
        if len(body) > bytes_max:
            raise BodyTooLarge
    return bytes(body) or None


async def _pieces(receive: Receive) -> AsyncIterator[bytes]:
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        yield message.get("body", b"")
        if not message.get("more_body", False):
            return


async def _send_answer(answer: aiohttp.ClientResponse, send: Send) -> None:
    headers = [(k.lower(), v) for k, v in answer.raw_headers if k.lower() not in ANSWER_DROPPED]
    start: Message = {"type": "http.response.start", "status": answer.status, "headers": headers}
    if answer.content_length is not None and answer.content_length <= BUFFERED_BYTES:
        body = await answer.read()
        await send(start)
        await send({"type": "http.response.body", "body": body})
        return
    await send(start)
    try:
        async for piece in answer.content.iter_any():
            await send({"type": "http.response.body", "body": piece, "more_body": True})
    except (aiohttp.ClientError, TimeoutError) as error:
        raise AnswerBroken from error
    await send({"type": "http.response.body", "body": b""})


def header(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> str:
    """The first value of a header of a request, or an empty text."""
    return next((value.decode("latin-1") for key, value in headers if key == name), "")
