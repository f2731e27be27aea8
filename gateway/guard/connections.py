"""Limits connections in size and time, as a port on the internet needs and uvicorn does not.

A head must be small and arrive in time, a body must arrive in time, an answer must be read. `places.py`
decides which clients get a connection. The strict parser itself refuses requests that servers could read
differently.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from prometheus_client import Counter

from gateway.guard.heads import HEAD_BYTES_MAX, is_too_large, refusal, refusal_of_form, refusal_of_size
from gateway.guard.places import EXTENSION, PlaceLimits, Places
from gateway.routes import route_of
from libs.common.addresses import household
from libs.common.process.one_write import OneWriteProtocol

FRAMING_BYTES_MAX = 64 * 1024
"""Bytes allowed for chunk sizes and trailers of an arriving body, in addition to the body's own size."""

PIPELINED_MAX = 16
"""Requests read ahead of their answers: thousands fit into one piece, and each needs some kilobytes."""

connections_refused = Counter(
    "gateway_connections_refused_total", "Clients that were sent away before a request was read.", ["status"]
)


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """Limits of connections in number and time; see `GatewaySettings`."""

    places: PlaceLimits
    is_proxy: Callable[[str], bool]
    """Whether an address is a trusted proxy's, whose connections are not limited per address."""
    head_seconds: float
    body_seconds: float
    stall_seconds: float
    internal_port: int
    """The port for probes and metrics, whose connections are not limited in number."""


class HeadRefused(Exception):
    """The head of a request is refused or not read; raised through the parser, which stops there."""


class GuardedProtocol(OneWriteProtocol):
    """uvicorn's protocol with limits for every phase; a request that arrives in one piece starts no timer."""

    limits: ConnectionLimits
    places: Places

    address = ""
    is_proxy = False
    has_token = False
    url = b""
    _deadline: asyncio.TimerHandle | None = None
    _stalled: asyncio.TimerHandle | None = None
    _in_head = False
    _in_body = False
    _piece_bytes = 0
    _charged_bytes = 0
    _head_starts_piece = True
    _head_bytes = 0
    _framing_bytes = 0
    _refusal = HTTPStatus.BAD_REQUEST
    _reads_no_more = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Start the timer for the first byte of a new client."""
        super().connection_made(transport)
        if (status := self._refusal_of_connection()) is not None:
            self._refuse(status)
        else:
            self._expect_within(self.limits.head_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        """Free the place of a client that is gone, and stop its timers."""
        self.places.leave(self)
        self._in_time()
        self._is_taking()
        super().resume_writing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse a piece of a request, usually all of it."""
        if self._reads_no_more:
            return
        self._piece_bytes = self._charged_bytes = len(data)
        super().data_received(data)
        if self._in_head:
            self._head_bytes += self._charged_bytes
            if self._head_bytes > HEAD_BYTES_MAX:
                self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
            elif self._deadline is None:
                self._expect_within(self.limits.head_seconds)
        elif self._in_body:
            self._framing_bytes += self._charged_bytes
            if self._framing_bytes > FRAMING_BYTES_MAX:
                self._refuse(HTTPStatus.BAD_REQUEST)
            elif self._deadline is None:
                self._expect_within(self._body_seconds())

    def on_message_begin(self) -> None:
        """Start with a new head."""
        self._in_head = True
        self._head_starts_piece = self._charged_bytes > 0
        super().on_message_begin()
        self.scope["extensions"] = {EXTENSION: {"meet": self._meet}}

    def on_headers_complete(self) -> None:
        """Check the complete head and start the app, or refuse."""
        if self._unanswered() >= PIPELINED_MAX:
            self._read_no_more()
            raise HeadRefused
        if (status := self._refusal_of_head()) is not None:
            self._refusal = status
            raise HeadRefused
        self._in_time()
        self._in_head, self._in_body = False, True
        self._head_bytes = self._framing_bytes = 0
        super().on_headers_complete()
        self.headers = []  # takes the trailers, which are not checked
        if self.parser.should_upgrade():  # to nothing; and what follows is not parsed any more
            self.cycle.keep_alive = False

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body; its chunk sizes and trailers may be as large as itself."""
        self._framing_bytes -= 2 * len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Stop the timers of a complete request."""
        self._in_time()
        self._in_body = False
        self._charged_bytes = 0  # the rest of the piece is the next request's
        super().on_message_complete()

    def pause_writing(self) -> None:
        """Start a timer: the client reads slower than we send."""
        super().pause_writing()
        self._expect_taken()

    def resume_writing(self) -> None:
        """Stop the timer: the client reads again. The last answer must be read completely."""
        if not self.transport.is_closing():
            self._is_taking()
        super().resume_writing()

    def on_response_complete(self) -> None:
        """Start a timer after the last answer, because nothing else ends a client that does not read it.

        What was read ahead is answered before more is read: only a single piece can have too many requests.
        """
        super().on_response_complete()
        if self.pipeline and not self._reads_no_more:
            self.flow.pause_reading()
        if self.transport.is_closing():
            self._expect_taken()

    def timeout_keep_alive_handler(self) -> None:
        """Close an idle connection; abort it if the client has not read the last answer."""
        if self.transport.get_write_buffer_size():
            self.transport.abort()
        super().timeout_keep_alive_handler()

    def send_400_response(self, msg: str) -> None:
        """Refuse a request that the parser could not read; `msg` has no details."""
        if not self._reads_no_more:
            self._refuse(self._refusal)

    def _unsupported_upgrade_warning(self) -> None:
        """Ignore a request for another protocol, without a warning."""

    @property
    def is_idle(self) -> bool:
        """True between two requests."""
        return self.timeout_keep_alive_task is not None

    @property
    def is_awaited(self) -> bool:
        """True until the first request has begun, while one is incomplete or an answer is not read."""
        return self.cycle is None or self._in_head or self._in_body or self._stalled is not None

    def give_way(self) -> None:
        """Close for another client, without an answer if nothing was asked."""
        if self.is_idle:
            self.transport.close()
            self._expect_taken()
        elif self._stalled is not None:
            self.transport.abort()  # it would wait until the rest of the answer is read
        else:
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE)

    def _meet(self) -> None:
        if not self.has_token:
            self.places.meet(self)

    def _refusal_of_connection(self) -> HTTPStatus | None:
        if self.server is not None and self.server[1] == self.limits.internal_port:
            return None
        host = self.client[0] if self.client else ""
        self.address, self.is_proxy = household(host), self.limits.is_proxy(host)
        return self.places.take(self)

    def _unanswered(self) -> int:
        """The number of requests that were read and are not answered."""
        if self.cycle is None or self.cycle.response_complete:
            return 0
        return len(self.pipeline) + 1

    def _read_no_more(self) -> None:
        """Answer the requests read so far, in order; the last answer closes the connection."""
        self._reads_no_more = True
        self._in_head = False
        self._in_time()
        self.cycle.keep_alive = False
        self.flow.resume_reading()  # and drop it: unread bytes would break the connection when it is closed

    def _refusal_of_head(self) -> HTTPStatus | None:
        is_small = self._head_bytes + self._piece_bytes <= HEAD_BYTES_MAX and self._head_starts_piece
        if not is_small and is_too_large(self.headers):
            return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        return refusal_of_size(self.url, self.headers) or refusal_of_form(
            self.parser.get_method(), self.url, self.parser.get_http_version(), self.headers
        )

    def _expect_within(self, seconds: float) -> None:
        self._deadline = self.loop.call_later(seconds, self._too_slow)

    def _body_seconds(self) -> float:
        route = route_of(self.scope["path"])
        return (route and route.body_seconds) or self.limits.body_seconds

    def _in_time(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _expect_taken(self) -> None:
        if self._stalled is None:
            self._stalled = self.loop.call_later(self.limits.stall_seconds, self.transport.abort)

    def _is_taking(self) -> None:
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None

    def _too_slow(self) -> None:
        if self.flow.read_paused:  # the client is not the slow one
            self._expect_within(self._body_seconds())
        elif self._in_head or self._in_body:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT)
        else:
            self.transport.close()

    def _refuse(self, status: HTTPStatus) -> None:
        """Answer, unless an answer is under way, and close."""
        if self.transport.is_closing():
            return
        connections_refused.labels(status.value).inc()
        if self._may_answer():
            read = self.scope["headers"] if self.scope else ()
            self.transport.write(refusal(status, self.url, read))
        if self.cycle is not None:
            self.cycle.disconnected = True  # later output of the app is dropped
            self.cycle.message_event.set()
        self.transport.close()
        self._expect_taken()

    def _may_answer(self) -> bool:
        if self.cycle is None or (self.cycle.response_complete and not self._in_body):
            return True
        return self._in_body and not self.cycle.response_started and not self.pipeline


def guarded(limits: ConnectionLimits) -> type[GuardedProtocol]:
    """The protocol with these limits; its connections share the places of one process."""
    return type("LimitedProtocol", (GuardedProtocol,), {"limits": limits, "places": Places(limits.places)})
