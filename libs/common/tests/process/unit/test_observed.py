"""Every request has an id, a log line and a measurement."""

import json

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from libs.common.http.store import StoreDoor
from libs.common.tests.conftest import Lines
from libs.common.tests.http.shop import shop_app
from libs.testing.asgi import asgi_client
from libs.testing.metrics import sample
from libs.testing.tokens import Tokens
from libs.testing.traces import recorded_spans

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


async def test_the_id_that_came_is_echoed(client: httpx.AsyncClient) -> None:
    response = await client.get("/api/me/", headers={"X-Request-ID": "till-4/000123"})
    assert response.headers["x-request-id"] == "till-4/000123"


@pytest.mark.parametrize("given", [None, "", "with space", "x" * 129])
async def test_a_request_without_a_good_id_gets_one(client: httpx.AsyncClient, given: str | None) -> None:
    headers = {} if given is None else {"X-Request-ID": given}
    assert len((await client.get("/api/me/", headers=headers)).headers["x-request-id"]) == 32


async def test_an_answered_request_is_one_line(client: httpx.AsyncClient, lines: Lines) -> None:
    await client.get("/api/orders/7", headers={"X-Request-ID": "r1", "traceparent": PARENT})
    (line,) = lines()
    assert line.pop("duration_ms") >= 0
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "level": "info",
        "event": "request",
        "service": "shop",
        "request_id": "r1",
        "traceparent": PARENT,
        "method": "GET",
        "path": "/api/orders/7/",
        "route": "/api/orders/{order_id}/",
        "status": 200,
    }


async def test_a_bug_is_logged_with_its_traceback_and_request(
    client: httpx.AsyncClient, lines: Lines
) -> None:
    await client.get("/api/bug/", headers={"X-Request-ID": "r2"})
    error = next(line for line in lines() if line["level"] == "error")
    assert (error["event"], error["request_id"]) == ("request_failed", "r2")
    assert "ZeroDivisionError" in error["exception"]


async def test_neither_bodies_nor_queries_nor_tokens_are_logged(
    client: httpx.AsyncClient, tokens: Tokens, lines: Lines
) -> None:
    await client.post(
        "/api/admins/?search=SECRET",
        json={"note": "SECRET"},
        headers={**tokens.bearer(role="OWNER"), "Cookie": "SECRET"},
    )
    logged = json.dumps(lines())
    assert "SECRET" not in logged
    assert "Bearer" not in logged


async def test_a_request_is_a_span_by_its_route_and_its_line_has_the_ids_of_the_span(
    client: httpx.AsyncClient, lines: Lines
) -> None:
    with recorded_spans() as recorded:
        await client.get("/api/orders/7", headers={"traceparent": PARENT})
        await client.get("/api/bug/")
    span = recorded.by_name["GET /api/orders/{order_id}/"]
    assert span.attributes == {
        "http.request.method": "GET",
        "http.route": "/api/orders/{order_id}/",
        "http.response.status_code": 200,
    }
    assert lines()[0]["traceparent"] == span.traceparent
    assert (span.failed, recorded.by_name["GET /api/bug/"].failed) == (False, True)


async def test_neither_bodies_nor_queries_nor_headers_nor_paths_are_in_spans(
    client: httpx.AsyncClient, tokens: Tokens
) -> None:
    secret = {"Cookie": "SECRET", "X-Request-ID": "SECRET", "User-Agent": "SECRET"}
    with recorded_spans() as recorded:
        for path in ("/api/admins/?search=SECRET", "/api/nothing/SECRET/", "/api/bug/"):
            await client.post(
                path, json={"note": "SECRET"}, headers={**tokens.bearer(role="OWNER"), **secret}
            )
    assert len(recorded.all) == 3
    assert "SECRET" not in recorded.text
    assert "Bearer" not in recorded.text


async def test_health_is_asked_for_without_a_span(client: httpx.AsyncClient) -> None:
    with recorded_spans() as recorded:
        await client.get("/readyz")
        await client.get("/metrics")
    assert recorded.all == []


async def test_health_is_asked_for_without_a_line(client: httpx.AsyncClient, lines: Lines) -> None:
    await client.get("/livez")
    await client.get("/readyz")
    await client.get("/metrics")
    assert lines() == []


async def test_requests_are_measured_by_route(client: httpx.AsyncClient) -> None:
    await client.get("/orders/4711")
    metrics = (await client.get("/metrics")).text
    counted = 'http_request_duration_seconds_count{method="GET",route="/orders/{order_id}",'
    assert counted in metrics
    assert "/orders/4711" not in metrics


async def test_a_head_is_measured_by_its_own_method_and_route(client: httpx.AsyncClient) -> None:
    await client.head("/orders/4712")
    metrics = (await client.get("/metrics")).text
    assert 'http_request_duration_seconds_count{method="HEAD",route="/orders/{order_id}",' in metrics


async def test_made_up_methods_and_paths_do_not_become_labels(client: httpx.AsyncClient) -> None:
    await client.request("BREW", "/coffee/4712")
    metrics = (await client.get("/metrics")).text
    assert 'method="OTHER",route="unrouted"' in metrics
    assert "coffee" not in metrics


@pytest.mark.backpressure
async def test_a_service_with_too_much_to_do_says_so_at_once(
    tokens: Tokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("libs.common.process.app.IN_FLIGHT_MAX", 0)
    async with asgi_client(shop_app(tokens)) as client:
        response = await client.get("/api/orders/")
    assert (response.status_code, response.json()) == (503, {"detail": "Service temporarily unavailable."})
    assert response.headers["retry-after"] == "2"


async def test_requests_are_in_flight_until_they_are_answered(tokens: Tokens) -> None:
    seen: list[float] = []

    class Looking(StoreDoor):
        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            seen.append(sample("http_requests_in_flight", service="shop"))
            await super().__call__(scope, receive, send)

    async with asgi_client(shop_app(tokens, doors=[Looking("Shop")])) as client:
        await client.get("/products")
    assert (seen, sample("http_requests_in_flight", service="shop")) == ([1], 0)
