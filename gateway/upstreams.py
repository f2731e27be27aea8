"""Sends requests to a service, over its own connections, with bounded concurrency, a deadline and a breaker.

A slow or failed service thus takes no resources of the others, and its callers are refused at once.
"""

import asyncio
from dataclasses import dataclass
from time import perf_counter
from types import TracebackType

import aiohttp
import structlog
from prometheus_client import Counter
from yarl import URL

from gateway.bodies import Body
from gateway.guard.heads import TARGET_BYTES_MAX
from libs.common.calls.breaker import Breaker, BreakerOpen
from libs.common.calls.metrics import CANCELLED, CallMeter
from libs.common.calls.session import without_request
from libs.common.errors import Kind, Unavailable

WHOLE_ANSWER_BYTES_MAX = 64 * 1024
"""Up to this size an answer is read before its head is sent on, so that a failure can still be answered."""
ANSWER_HEADER_BYTES_MAX = 4 * TARGET_BYTES_MAX
"""A `Link` repeats the caller's query, encoded anew: up to three bytes for one, and the cursor."""
CONNECT_SECONDS = 2.0
KEEPALIVE_SECONDS = 60  # shorter than the services' 75 s, so that we close idle connections first
SLOT_WAIT_SECONDS = 0.1
SLOTS_PER_UPLOAD = 4
"""The ratio of slots to slots for requests whose body is still arriving."""
READY_SECONDS = 2.0

log = structlog.get_logger(__name__)
failures_total = Counter(
    "gateway_upstream_failures_total", "Requests that a service gave no answer to.", ["upstream", "why"]
)


OUTCOME_UNKNOWN = (
    "The work may have been done. Send the same request again after `Retry-After`, with the same "
    "`Idempotency-Key` if it changes anything."
)


class NoAnswer(Unavailable):
    """The service gave no answer that could be passed on; its breaker counts this."""


class BadGateway(NoAnswer):
    """The service behind the gateway broke off, or its answer could not be used."""

    kind = Kind.BAD_GATEWAY
    code = "bad_gateway"
    remedy = OUTCOME_UNKNOWN


class GatewayTimeout(NoAnswer):
    """The service behind the gateway did not answer in time."""

    kind = Kind.TIMEOUT
    code = "gateway_timeout"
    remedy = OUTCOME_UNKNOWN


@dataclass(slots=True)  # frozen would cost a microsecond more for each
class Question:
    """A request to a service. `target` is the unchanged path and query."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: Body
    seconds: float
    """The time in which the service must answer."""
    is_from_staff: bool


class Slots:
    """Bounds concurrent requests; a further one waits a moment and is then refused with `Unavailable`."""

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


def uploads_max(requests_max: int) -> int:
    """The slots for arriving bodies of staff, and as many for those of others."""
    return max(1, requests_max // SLOTS_PER_UPLOAD)


class Upstream:
    """One service."""

    def __init__(self, service: str, address: str, *, requests_max: int) -> None:
        self.service = service
        self._slots = Slots(service, requests_max)
        self._upload_slots_of_staff = Slots(service, uploads_max(requests_max))
        self._upload_slots_of_others = Slots(service, uploads_max(requests_max))
        self._address = address.rstrip("/")
        self._breaker = Breaker(service)
        self._meter = CallMeter(service)
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Make the connection pool, which is bounded by the slots."""
        self._session = aiohttp.ClientSession(
            # No cache of names: the former address of a replaced container may be another service's.
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEPALIVE_SECONDS, use_dns_cache=False),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS),
            max_field_size=ANSWER_HEADER_BYTES_MAX,
        )

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    async def ask(self, question: Question) -> aiohttp.ClientResponse:
        """The answer: complete if it is small and has a length, else only its head, for the caller to close.

        Raises `GatewayTimeout`, `BadGateway` or plain `Unavailable` (no connection, or the breaker is open),
        and the errors of the request's own body. An idempotent request (GET, PUT, DELETE, ..)
        that was not streamed is repeated once by aiohttp if its connection breaks before the answer.
        """
        async with self._slots_for(question):
            started, outcome = perf_counter(), CANCELLED
            try:
                with self._breaker.guard(NoAnswer):
                    answer = await self._ask(question)
                outcome = "answered"
            except NoAnswer:
                outcome = "failed"
                raise
            except BreakerOpen as error:
                outcome = "breaker_open"
                failures_total.labels(self.service, "breaker").inc()
                raise Unavailable(self.service) from error
            finally:
                self._meter.observe(outcome, perf_counter() - started)
            return answer

    async def is_ready(self) -> bool:
        """Whether the service reports that it is ready."""
        try:
            async with (
                asyncio.timeout(READY_SECONDS),
                self._pool.get(URL(f"{self._address}/readyz")) as answer,
            ):
                return answer.ok
        except (aiohttp.ClientError, OSError):
            return False

    def _slots_for(self, question: Question) -> Slots:
        """Slow clients never take slots that others need, and an answer that is being sent has none.

        Arriving bodies have their own slots, and those of staff again their own: anybody may register as a
        shopper and send slowly, while a till has a day's sales to send.
        """
        if question.body.is_whole:
            return self._slots
        return self._upload_slots_of_staff if question.is_from_staff else self._upload_slots_of_others

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
                if answer.content_length is not None and answer.content_length <= WHOLE_ANSWER_BYTES_MAX:
                    await answer.read()
                return answer
        except (aiohttp.ClientError, OSError) as error:
            if question.body.refusal is not None:  # raised inside the HTTP client while it was sending
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
        why = without_request(error)
        log.warning("no_answer", upstream=self.service, method=question.method, why=why)
        return failure
