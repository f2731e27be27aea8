"""Limits connections in size and time, as a port on the internet needs and uvicorn does not.

A head must be small and arrive in time, a body must arrive in time, an answer must be read; clients beyond
the limit are refused. The strict parser itself refuses requests that servers could read differently.
"""

import asyncio
from dataclasses import dataclass
from http import HTTPStatus

from prometheus_client import Counter

from gateway.guard.heads import HEAD_BYTES_MAX, is_too_large, refusal, refusal_of_form, refusal_of_size
from libs.common.process.one_write import OneWriteProtocol

FRAMING_BYTES_MAX = 64 * 1024
"""Bytes allowed for chunk sizes and trailers of an arriving body, in addition to the body's own size."""

PIPELINED_MAX = 16
"""The maximum of pipelined requests: thousands fit into one piece, and each needs some kilobytes."""

connections_refused = Counter(
    "gateway_connections_refused_total", "Clients that were sent away before a request was read.", ["status"]
)


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """Limits of connections in number and time; see `GatewaySettings`."""

    connections_max: int
    head_seconds: float
    body_seconds: float
    stall_seconds: float
    internal_port: int
    """The port for probes and metrics, whose connections are not limited in number."""


class HeadRefused(Exception):
    """The head of a request is refused; raised through the parser, which stops there."""


class GuardedProtocol(OneWriteProtocol):
    """uvicorn's protocol with limits for every phase; a request that arrives in one piece starts no timer."""

    limits: ConnectionLimits

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

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Start the timer for the first byte of a new client."""
        super().connection_made(transport)
        is_inside = self.server is not None and self.server[1] == self.limits.internal_port
        if len(self.connections) > self.limits.connections_max and not is_inside and not self._find_room():
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE)
        else:
            self._expect_within(self.limits.head_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the timers of a client that is gone."""
        self._in_time()
        self._is_taking()
        super().resume_writing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse a piece of a request, usually all of it."""
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
                self._expect_within(self.limits.body_seconds)

    def on_message_begin(self) -> None:
        """Start with a new head."""
        self._in_head = True
        self._head_starts_piece = self._charged_bytes > 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Check the complete head and start the app, or refuse."""
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
        """Start a timer after the last answer, because nothing else ends a client that does not read it."""
        super().on_response_complete()
        if self.transport.is_closing():
            self._expect_taken()

    def timeout_keep_alive_handler(self) -> None:
        """Close an idle connection; abort it if the client has not read the last answer."""
        if self.transport.get_write_buffer_size():
            self.transport.abort()
        super().timeout_keep_alive_handler()

    def send_400_response(self, msg: str) -> None:
        """Refuse a request that the parser could not read; `msg` has no details."""
        self._refuse(self._refusal)

    def _unsupported_upgrade_warning(self) -> None:
        """Ignore a request for another protocol, without a warning."""

    def _find_room(self) -> bool:
        """Close a connection that waits for its next request, if there is one."""
        for other in self.connections:
            is_idle = isinstance(other, GuardedProtocol) and other.timeout_keep_alive_task is not None
            if is_idle and not other.transport.is_closing():
                other.transport.close()
                return True
        return False

    def _refusal_of_head(self) -> HTTPStatus | None:
        if len(self.pipeline) >= PIPELINED_MAX:
            return HTTPStatus.TOO_MANY_REQUESTS
        is_small = self._piece_bytes <= HEAD_BYTES_MAX and self._head_starts_piece
        if not is_small and is_too_large(self.headers):
            return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        return refusal_of_size(self.url, self.headers) or refusal_of_form(
            self.parser.get_method(), self.url, self.parser.get_http_version(), self.headers
        )

    def _expect_within(self, seconds: float) -> None:
        self._deadline = self.loop.call_later(seconds, self._too_slow)

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
            self._expect_within(self.limits.body_seconds)
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
            self.transport.write(refusal(status, self.url))
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
    """The protocol with these limits."""
    return type("LimitedProtocol", (GuardedProtocol,), {"limits": limits})
