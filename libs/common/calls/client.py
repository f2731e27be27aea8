"""The client for calls to other services, with a deadline, the caller's token, few retries and a breaker."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeAlias

import aiohttp
import orjson
import structlog
from tenacity import (
    AsyncRetrying,
    retry_if_exception_type,
    stop_after_attempt,
    stop_before_delay,
    wait_random,
)

from libs.common.auth.service_tokens import ServiceTokenSigner
from libs.common.calls.breaker import Breaker, BreakerOpen
from libs.common.calls.metrics import CANCELLED, CallMeter
from libs.common.calls.session import HttpSession, without_request
from libs.common.context import request_id, traceparent
from libs.common.db.database import in_transaction
from libs.common.errors import Unavailable
from libs.common.tracing.spans import span

DEFAULT_TIMEOUT_SECONDS = 2.0
ATTEMPTS_MAX = 3
RETRY_WAIT_SECONDS = (0.02, 0.15)
NOT_SERVING = frozenset({429, 502, 503, 504})

Json: TypeAlias = Any  # parsed JSON; the calling adapter knows its shape

log = structlog.get_logger(__name__)


class RemoteRefusal(Exception):
    """The callee refused (4xx, not 401). The adapter maps code and details to a refusal of its service."""

    def __init__(self, status: int, code: str, details: Json) -> None:
        self.status = status
        self.code = code
        self.details = details
        super().__init__(f"{status} {code}: {details}")


class CallFailed(Exception):
    """An attempt got no usable answer."""


class NoAnswer(CallFailed):
    """The callee does not answer or cannot serve; its breaker counts this."""


@dataclass(frozen=True, slots=True)
class _Call:
    method: str
    path: str
    body: bytes | None
    deadline: float


class ServiceClient:
    """Calls `service` at `base_url` as the signer's service. One instance per callee and process: all calls
    share its breaker. Calls that give up much earlier than others have an instance of their own.

    All methods are idempotent, so that a failed call can be repeated. Paths must be quoted. Every call
    raises `RemoteRefusal` for a 4xx, and `Unavailable(service)` when no usable answer came before the
    deadline, the callee does not take our token (401), or the breaker is open.
    """

    def __init__(
        self,
        service: str,
        base_url: str,
        signer: ServiceTokenSigner,
        session: HttpSession,
        *,
        breaker: Breaker | None = None,
    ) -> None:
        self.service = service
        self._base_url = base_url.rstrip("/")
        self._signer = signer
        self._session = session
        self._breaker = breaker or Breaker(service)
        self._meter = CallMeter(service)

    async def get(
        self, path: str, *, json: object = None, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS
    ) -> Json:
        """Return parsed JSON, or None for an empty answer. Makes up to three attempts within the deadline."""
        return await self._call("GET", path, json, timeout_seconds)

    async def put(
        self,
        path: str,
        *,
        json: object = None,
        timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
        once: bool = False,
    ) -> Json:
        """See `get`. The callee must give a repeat the same answer. `once`: a failed attempt is the last."""
        return await self._call("PUT", path, json, timeout_seconds, once=once)

    async def delete(self, path: str) -> Json:
        """See `get`. The callee must give a repeat the same answer."""
        return await self._call("DELETE", path, None, DEFAULT_TIMEOUT_SECONDS)

    async def _call(
        self, method: str, path: str, json: object, timeout_seconds: float, *, once: bool = False
    ) -> Json:
        assert not in_transaction(), "a call to another service would hold a database transaction open"
        call = _Call(method, path, None if json is None else orjson.dumps(json), _now() + timeout_seconds)
        started, outcome = _now(), CANCELLED
        try:
            with span(f"{method} {self.service}", "CLIENT"):
                answer = await self._answer(call, once=once)
            outcome = "answered"
        except RemoteRefusal:
            outcome = "refused"
            raise
        except Unavailable as error:
            outcome = "breaker_open" if isinstance(error.__cause__, BreakerOpen) else "failed"
            raise
        finally:
            self._meter.observe(outcome, _now() - started)
        return answer

    async def _answer(self, call: _Call, *, once: bool) -> Json:
        try:
            return await self._attempt(call)
        except BreakerOpen as error:
            raise Unavailable(self.service) from error
        except CallFailed as failure:
            if once:
                raise Unavailable(self.service) from failure
            return await self._attempt_again(call, failure)

    async def _attempt_again(self, call: _Call, failure: CallFailed) -> Json:
        """Retry. tenacity is used only after a failure: around every call it would cost more than that."""
        try:
            async for attempt in _retrying(call.deadline - _now()):
                with attempt:
                    if attempt.retry_state.attempt_number == 1:
                        raise failure  # the first attempt was made: wait before the next
                    self._meter.retries.inc()
                    return await self._attempt(call)
            raise failure  # not reached: the last attempt raises
        except (CallFailed, BreakerOpen) as last:
            log.warning("call_failed", callee=self.service, method=call.method, path=call.path, why=str(last))
            raise Unavailable(self.service) from last

    async def _attempt(self, call: _Call) -> Json:
        with self._breaker.guard(NoAnswer):
            status, payload = await self._send(call)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise CallFailed(f"answered {status}")
        if status == HTTPStatus.UNAUTHORIZED:  # nothing that was asked is wrong
            raise CallFailed(f"answered {status}: by its clock or its keys our token is not good")
        answer = _parsed(payload)
        if status >= HTTPStatus.BAD_REQUEST:
            raise _refusal(status, answer)
        return answer

    async def _send(self, call: _Call) -> tuple[int, bytes]:
        try:
            async with (
                asyncio.timeout_at(call.deadline),
                self._session.client.request(
                    call.method, self._base_url + call.path, data=call.body, headers=self._headers()
                ) as response,
            ):
                status, payload = response.status, await response.read()
        except aiohttp.ClientError as error:  # first: a connection too late is a `TimeoutError` too
            raise NoAnswer(without_request(error)) from error
        except TimeoutError as error:
            raise NoAnswer("no answer before the deadline") from error
        except OSError as error:
            raise NoAnswer(repr(error)) from error
        if status in NOT_SERVING:
            raise NoAnswer(f"answered {status}")
        return status, payload

    def _headers(self) -> dict[str, str]:
        headers = {
            "Authorization": f"Bearer {self._signer.token_for(self.service)}",
            "Content-Type": "application/json",
        }
        if (current := request_id.get()) is not None:
            headers["X-Request-ID"] = current
        if (parent := traceparent.get()) is not None:
            headers["traceparent"] = parent
        return headers


def _now() -> float:
    return asyncio.get_running_loop().time()


def _retrying(seconds_left: float) -> AsyncRetrying:
    return AsyncRetrying(
        retry=retry_if_exception_type(CallFailed),
        stop=stop_after_attempt(ATTEMPTS_MAX) | stop_before_delay(max(seconds_left, 0.0)),
        wait=wait_random(*RETRY_WAIT_SECONDS),
        reraise=True,
    )


def _parsed(payload: bytes) -> Json:
    if not payload:
        return None
    try:
        return orjson.loads(payload)
    except orjson.JSONDecodeError as error:
        raise CallFailed("answered something that is not JSON") from error


def _refusal(status: int, answer: object) -> RemoteRefusal:
    """From the internal dialect's `{"code", "details"}`."""
    told = answer if isinstance(answer, Mapping) else {}
    return RemoteRefusal(status, code=str(told.get("code", "")), details=told.get("details") or {})
