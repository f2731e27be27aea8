"""Asks a service: over its own connections, a bounded number at once, with a deadline and a breaker.

A service that is slow or gone then holds nothing that the others need, and its callers are refused at once.
"""

import asyncio
from dataclasses import dataclass
from types import TracebackType

import aiohttp
import structlog
from prometheus_client import Counter
from yarl import URL

from gateway.bodies import Body
from libs.common.calls.breaker import Breaker, BreakerOpen
from libs.common.errors import Kind, Unavailable

WHOLE_BYTES_MAX = 64 * 1024
"""An answer of this size is read before its head is sent on: if it breaks, the client can still be told."""
CONNECT_SECONDS = 2.0
KEEPALIVE_SECONDS = 60  # services keep idle connections for 75 s: ours are dropped first
SLOT_WAIT_SECONDS = 0.1
SLOTS_PER_UPLOAD = 4
"""For so many requests at once there may be one more whose body is still arriving."""
READY_SECONDS = 2.0

log = structlog.get_logger(__name__)
failures_total = Counter(
    "gateway_upstream_failures_total", "Requests that a service gave no answer to.", ["upstream", "why"]
)


class NoAnswer(Unavailable):
    """The service gave no answer that could be passed on. This is what its breaker counts."""


class BadGateway(NoAnswer):
    """The service broke off or answered something that is no HTTP."""

    kind = Kind.BAD_GATEWAY
    code = "bad_gateway"


class GatewayTimeout(NoAnswer):
    """The service did not answer before the deadline."""

    kind = Kind.TIMEOUT
    code = "gateway_timeout"


@dataclass(slots=True)  # frozen would make each cost a microsecond more
class Question:
    """A request as it goes to a service. `target` is path and query as they came."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: Body
    seconds: float
    """The service's time to answer, from when it is asked."""


class Slots:
    """A number of requests at once; one more waits a moment and is then refused with `Unavailable`."""

    def __init__(self, service: str, requests_max: int) -> None:
        self._service = service
        self._free = asyncio.Semaphore(requests_max)

    async def __aenter__(self) -> None:
        if not self._free.locked():
            await self._free.acquire()
            return
        try:
            async with asyncio.timeout(SLOT_WAIT_SECONDS):
                await self._free.acquire()
        except TimeoutError as error:
            failures_total.labels(self._service, "full").inc()
            raise Unavailable(self._service) from error

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._free.release()


class Upstream:
    """One service."""

    def __init__(
        self, service: str, address: str, *, requests_max: int, breaker: Breaker | None = None
    ) -> None:
        self.service = service
        self._slots = Slots(service, requests_max)
        self._upload_slots = Slots(service, max(1, requests_max // SLOTS_PER_UPLOAD))
        self._address = address.rstrip("/")
        self._breaker = breaker or Breaker(service)
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Make the pool of connections; the slots bound it."""
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEPALIVE_SECONDS),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS),
        )

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    async def ask(self, question: Question) -> aiohttp.ClientResponse:
        """The answer: read already if it is small and says so, else only its head, for the caller to close.

        Raises `GatewayTimeout`, `BadGateway` or plain `Unavailable` (no connection, or the breaker is open),
        and what went wrong with the request's own body. A request that may be repeated (GET, PUT, DELETE, ..)
        and has not been streamed is sent once more when its connection dies before the answer: by aiohttp.
        """
        # Slow clients never hold what others need: bodies on their way have slots of their own, and an answer
        # on its way has none.
        async with self._slots if question.body.is_whole else self._upload_slots:
            try:
                with self._breaker.guard(NoAnswer):
                    return await self._ask(question)
            except BreakerOpen as error:
                failures_total.labels(self.service, "breaker").inc()
                raise Unavailable(self.service) from error

    async def is_ready(self) -> bool:
        """Whether the service says that it is ready."""
        try:
            async with (
                asyncio.timeout(READY_SECONDS),
                self._pool.get(URL(f"{self._address}/readyz")) as answer,
            ):
                return answer.ok
        except (aiohttp.ClientError, OSError):
            return False

    @property
    def _pool(self) -> aiohttp.ClientSession:
        assert self._session is not None, "opened when the process starts"
        return self._session

    async def _ask(self, question: Question) -> aiohttp.ClientResponse:
        try:
            async with asyncio.timeout(question.seconds):
                answer = await self._pool.request(
                    question.method,
                    URL(self._address + question.target, encoded=True),
                    headers=question.headers,
                    data=question.body.content,
                    allow_redirects=False,
                )
                if answer.content_length is not None and answer.content_length <= WHOLE_BYTES_MAX:
                    await answer.read()
                return answer
        except (aiohttp.ClientError, OSError) as error:
            if question.body.refusal is not None:  # the HTTP client met it while it was sending
                raise question.body.refusal from error
            raise self._failed(question, error) from error

    def _failed(self, question: Question, error: Exception) -> NoAnswer:
        match error:
            case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError():
                failure = NoAnswer(self.service)
            case TimeoutError():
                failure = GatewayTimeout(self.service)
            case _:
                failure = BadGateway(self.service)
        failures_total.labels(self.service, failure.code).inc()
        log.warning("no_answer", upstream=self.service, method=question.method, why=repr(error))
        return failure
