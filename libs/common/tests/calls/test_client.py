"""A call between services ends in its answer, in the other's refusal, or quickly in `Unavailable`."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractContextManager, asynccontextmanager, suppress
from time import monotonic
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from libs.common.auth.keys import SigningKey, StaticKeys, jwks
from libs.common.auth.service_tokens import ServiceTokenSigner, ServiceTokenVerifier
from libs.common.calls.breaker import Breaker
from libs.common.calls.client import DEFAULT_TIMEOUT_SECONDS, RemoteRefusal, ServiceClient
from libs.common.calls.metrics import CallMeter
from libs.common.calls.session import HttpSession
from libs.common.context import request_id, traceparent
from libs.common.db import database
from libs.common.errors import Unavailable
from libs.testing.metrics import counts
from libs.testing.settings import NOBODY
from libs.testing.traces import recorded_spans

SALES = SigningKey.generate("sales")
SIGNER = ServiceTokenSigner("sales", SALES.pem())

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Catalog:
    """Stands in for the other service: answers in turn, then repeats the last answer."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.requests: list[web.Request] = []
        self.bodies: list[bytes] = []

    async def respond(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        self.bodies.append(await request.read())
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return await answer(request)


def answer(status: int, body: object = None) -> Answer:
    async def respond(_: web.Request) -> web.Response:
        return web.Response(status=status) if body is None else web.json_response(body, status=status)

    return respond


async def hang(_: web.Request) -> web.Response:
    await asyncio.Event().wait()
    raise AssertionError


async def drop(request: web.Request) -> web.Response:
    assert request.transport
    request.transport.abort()
    return web.Response()


@asynccontextmanager
async def client_of(catalog: Catalog, breaker: Breaker | None = None) -> AsyncIterator[ServiceClient]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", catalog.respond)
    session = HttpSession()
    async with TestServer(app, shutdown_timeout=0.1) as server:
        yield ServiceClient("catalog", str(server.make_url("/")), SIGNER, session, breaker=breaker)
        await session.close()


def call(client: ServiceClient, method: str, **options: Any) -> Awaitable[Any]:
    calls = {"GET": client.get, "PUT": client.put, "DELETE": client.delete}
    return calls[method]("/internal/x", **options)


def measured(outcome: str) -> AbstractContextManager[None]:
    """One call with this outcome."""
    return counts("outgoing_call_duration_seconds_count", callee="catalog", outcome=outcome)


def test_calls_that_fail_are_counted_from_0_on() -> None:
    """Prometheus sees the rise to the first failures, which may come between two scrapes."""
    labels = {"callee": "never_called", "outcome": "failed"}
    CallMeter("never_called")
    assert REGISTRY.get_sample_value("outgoing_call_duration_seconds_count", labels) == 0


async def test_the_answer_is_parsed() -> None:
    async with client_of(Catalog(answer(200, {"a": [1]}))) as client:
        assert await client.get("/internal/x") == {"a": [1]}


async def test_an_empty_answer_is_none() -> None:
    async with client_of(Catalog(answer(204))) as client:
        assert await client.delete("/internal/x") is None


async def test_the_body_arrives_as_json() -> None:
    catalog = Catalog(answer(200))
    async with client_of(catalog) as client:
        await client.put("/internal/x", json={"quantity": 2})

    assert catalog.bodies == [b'{"quantity":2}']
    assert catalog.requests[0].headers["Content-Type"] == "application/json"


async def test_the_callee_learns_who_calls_and_for_which_request() -> None:
    catalog = Catalog(answer(200))
    request_id.set("r-1")
    traceparent.set("00-aa-bb-01")
    async with client_of(catalog) as client:
        await client.get("/internal/x")

    headers = catalog.requests[0].headers
    verifier = ServiceTokenVerifier("catalog", StaticKeys(jwks([SALES])))
    assert verifier.verify(headers["Authorization"].removeprefix("Bearer ")) == "sales"
    assert (headers["X-Request-ID"], headers["traceparent"]) == ("r-1", "00-aa-bb-01")


async def test_a_call_with_its_attempts_is_one_span_which_the_callee_learns() -> None:
    catalog = Catalog(answer(503), answer(200))
    traceparent.set("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
    with recorded_spans() as recorded:
        async with client_of(catalog) as client:
            await client.get("/internal/SECRET", json={"note": "SECRET"})
    [span] = recorded.all
    assert (span.name, span.kind) == ("GET catalog", "CLIENT")
    assert [request.headers["traceparent"] for request in catalog.requests] == [span.traceparent] * 2
    assert "SECRET" not in recorded.text


async def test_a_refusal_tells_code_message_and_details() -> None:
    told = {"code": "insufficient_stock", "details": {"items": [1]}}
    async with client_of(Catalog(answer(409, told))) as client:
        with pytest.raises(RemoteRefusal) as refusal:
            await client.put("/internal/x")

    assert (refusal.value.status, refusal.value.code) == (409, "insufficient_stock")
    assert refusal.value.details == {"items": [1]}


async def test_a_refusal_is_not_tried_again() -> None:
    catalog = Catalog(answer(404, {"code": "not_found"}))
    async with client_of(catalog) as client:
        with pytest.raises(RemoteRefusal):
            await client.get("/internal/x")
    assert len(catalog.requests) == 1


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("failure", [answer(500), answer(503), drop])
async def test_what_may_be_repeated_is_tried_again(method: str, failure: Answer) -> None:
    catalog = Catalog(failure, failure, answer(200, "good"))
    async with client_of(catalog) as client:
        assert await call(client, method) == "good"


async def test_three_failures_are_enough() -> None:
    catalog = Catalog(answer(503))
    async with client_of(catalog) as client:
        with pytest.raises(Unavailable) as failure:
            await client.get("/internal/x")
    assert failure.value.part == "catalog"
    assert len(catalog.requests) == 3


async def test_a_service_by_whose_clock_or_keys_our_token_is_bad_is_unavailable_and_told() -> None:
    catalog = Catalog(answer(401, {"code": "token_not_valid", "details": {"reason": "invalid"}}))
    async with client_of(catalog) as client:
        with capture_logs() as logs, pytest.raises(Unavailable) as failure:
            await client.get("/internal/x")
    assert failure.value.part == "catalog"
    assert [log["why"] for log in logs] == ["answered 401: by its clock or its keys our token is not good"]


async def test_a_call_that_is_made_once_is_not_repeated() -> None:
    catalog = Catalog(answer(503))
    async with client_of(catalog) as client:
        with pytest.raises(Unavailable):
            await client.put("/internal/x", once=True)
    assert len(catalog.requests) == 1


async def test_a_service_that_hangs_is_unavailable_at_the_deadline() -> None:
    async with client_of(Catalog(hang)) as client:
        started = monotonic()
        with pytest.raises(Unavailable):
            await client.get("/internal/x", timeout_seconds=0.2)
    assert 0.15 < monotonic() - started < DEFAULT_TIMEOUT_SECONDS


async def test_a_service_that_is_not_there_is_unavailable() -> None:
    session = HttpSession()
    client = ServiceClient("catalog", NOBODY, SIGNER, session)
    with pytest.raises(Unavailable):
        await client.get("/internal/x")
    await session.close()


async def test_a_call_after_the_end_opens_no_connection() -> None:
    async with client_of(Catalog(hang)) as client:
        pass
    with pytest.raises(Unavailable) as unavailable:
        await client.get("/internal/x")
    assert "the process ends" in str(unavailable.value.__cause__)


async def test_a_connection_that_is_not_made_in_time_is_not_told_as_a_late_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("libs.common.calls.session.CONNECT_TIMEOUT_SECONDS", 0.05)
    monkeypatch.setattr(asyncio.get_running_loop(), "sock_connect", lambda *_: asyncio.Event().wait())
    session = HttpSession()
    client = ServiceClient("catalog", NOBODY, SIGNER, session)
    with pytest.raises(Unavailable) as unavailable:
        await client.put("/internal/x", once=True)
    assert "Connection timeout" in str(unavailable.value.__cause__)
    await session.close()


async def test_an_answer_that_is_not_json_is_unavailable() -> None:
    async def html(_: web.Request) -> web.Response:
        return web.Response(text="<html>")

    async with client_of(Catalog(html)) as client:
        with pytest.raises(Unavailable):
            await client.get("/internal/x")


async def test_an_answer_that_is_no_http_is_told_without_the_callers_token() -> None:
    async def babble(request: web.Request) -> web.Response:
        assert request.transport
        request.transport.write(b"HTTP/1.1 200 OK\r\ncontent-length: two\r\n\r\n{}")
        return web.Response()

    catalog = Catalog(babble)
    async with client_of(catalog) as client:
        with pytest.raises(Unavailable) as unavailable:
            await client.put("/internal/x", once=True)
    assert "ClientResponseError" in str(unavailable.value.__cause__)
    assert catalog.requests[0].headers["Authorization"] not in str(unavailable.value.__cause__)


async def test_a_service_that_keeps_hanging_is_asked_no_more() -> None:
    catalog = Catalog(hang)
    async with client_of(catalog, Breaker("catalog", failures_to_open=2, open_seconds=60)) as client:
        for _ in range(5):
            with pytest.raises(Unavailable):
                await client.get("/internal/x", timeout_seconds=0.5)
    assert len(catalog.requests) == 2


@pytest.mark.parametrize("status", [429, 502, 503, 504])
async def test_a_service_that_says_that_it_does_not_serve_is_asked_no_more(status: int) -> None:
    catalog = Catalog(answer(status))
    async with client_of(catalog, Breaker("catalog", failures_to_open=2, open_seconds=60)) as client:
        for _ in range(2):
            with pytest.raises(Unavailable):
                await client.get("/internal/x", timeout_seconds=20)
    assert len(catalog.requests) == 2


async def test_errors_of_a_live_service_do_not_open_the_breaker() -> None:
    breaker = Breaker("catalog", failures_to_open=2, open_seconds=60)
    async with client_of(Catalog(answer(500)), breaker) as client:
        for _ in range(3):
            with pytest.raises(Unavailable):
                await client.get("/internal/x")
    assert not breaker.is_open


async def test_no_call_is_made_while_a_transaction_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("libs.common.calls.client.in_transaction", lambda: True)
    catalog = Catalog(answer(200))
    async with client_of(catalog) as client:
        with pytest.raises(AssertionError, match="transaction open"):
            await client.get("/internal/x")
    assert not catalog.requests
    assert not database.in_transaction()


@pytest.mark.parametrize(
    ("answers", "outcome", "retries"),
    [
        ([answer(200)], "answered", 0),
        ([answer(500), answer(200)], "answered", 1),
        ([answer(409, {"code": "short"})], "refused", 0),
        ([answer(500)], "failed", 2),
    ],
)
async def test_a_call_is_measured_once_by_its_outcome(
    answers: list[Answer], outcome: str, retries: int
) -> None:
    async with client_of(Catalog(*answers)) as client:
        with (
            measured(outcome),
            counts("outgoing_call_retries_total", retries, callee="catalog"),
            suppress(RemoteRefusal, Unavailable),
        ):
            await client.get("/internal/x")


async def test_a_call_that_the_breaker_refuses_is_measured_as_such() -> None:
    async with client_of(Catalog(hang), Breaker("catalog", failures_to_open=1, open_seconds=60)) as client:
        with measured("failed"), pytest.raises(Unavailable):
            await client.put("/internal/x", timeout_seconds=0.05, once=True)
        with measured("breaker_open"), pytest.raises(Unavailable):
            await client.get("/internal/x")


async def test_a_call_whose_caller_has_gone_is_measured_as_cancelled() -> None:
    async with client_of(Catalog(hang)) as client:
        with measured("cancelled"), pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await client.get("/internal/x")
