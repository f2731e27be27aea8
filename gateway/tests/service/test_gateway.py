"""The gateway as a client sees it: the real app in front of an upstream on a real port."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from aiohttp import web
from structlog.testing import capture_logs

from gateway.tests.service.conftest import Gateway
from gateway.tests.upstream import Upstream
from libs.common.auth.keys import SigningKey
from libs.common.messaging.broker import Broker
from libs.testing.pos import ANONYMOUS, BAD_TOKEN, NOT_FOUND, UNAVAILABLE
from libs.testing.traces import recorded_spans
from libs.testing.waiting import eventually

STORE_DOWN = {"error": "Service temporarily unavailable"}


async def test_a_request_goes_through_untouched(client: httpx.AsyncClient, upstream: Upstream) -> None:
    answer = await client.post(
        "/api/orders/?a=%2B1&a=2", json={"items": []}, headers={**upstream.token(), "Idempotency-Key": "k"}
    )
    assert answer.status_code == 200
    assert answer.json() == {"seen": "/api/orders/?a=%2B1&a=2"}
    assert answer.headers["X-Total-Count"] == "7"
    assert upstream.asked[0].method == "POST"
    assert upstream.asked[0].headers["Idempotency-Key"] == "k"
    assert json.loads(upstream.bodies[0]) == {"items": []}


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
async def test_letters_of_a_header_arrive_as_utf_8(
    encoding: str, client: httpx.AsyncClient, upstream: Upstream
) -> None:
    token = upstream.token()["Authorization"].encode()
    headers = [(b"Authorization", token), (b"User-Agent", "Caja niño".encode(encoding))]
    await client.get("/api/orders/", headers=headers)
    assert upstream.asked[0].headers["User-Agent"] == "Caja niño"


async def test_the_token_goes_on_to_the_service(client: httpx.AsyncClient, upstream: Upstream) -> None:
    token = upstream.token()
    await client.get("/api/orders/", headers=token)
    assert upstream.asked[0].headers["Authorization"] == token["Authorization"]


@pytest.mark.parametrize(
    ("path", "body"),
    [("/api/orders/", ANONYMOUS), ("/sales/orders", {"error": "Authorization header missing"})],
)
async def test_without_a_token_nothing_passes(
    path: str, body: dict[str, str], client: httpx.AsyncClient, upstream: Upstream
) -> None:
    answer = await client.get(path)
    assert (answer.status_code, answer.json()) == (401, body)
    assert upstream.asked == []


@pytest.mark.parametrize(
    ("path", "body"),
    [("/api/orders/", BAD_TOKEN), ("/sales/orders", {"error": "Invalid or expired token"})],
)
@pytest.mark.parametrize(
    "slip",
    [{"token_type": "refresh"}, {"issuer": "somebody"}, {"audience": "else"}, {"lifetime": -1}],
)
async def test_a_bad_token_is_refused(
    slip: dict[str, Any],
    path: str,
    body: dict[str, str],
    client: httpx.AsyncClient,
    upstream: Upstream,
) -> None:
    answer = await client.get(path, headers=upstream.token(**slip))
    assert (answer.status_code, answer.json()) == (401, body)
    assert upstream.asked == []


async def test_a_token_of_another_key_is_refused(client: httpx.AsyncClient, upstream: Upstream) -> None:
    stranger = Upstream(SigningKey.generate("one"))
    answer = await client.get("/api/orders/", headers=stranger.token())
    assert (answer.status_code, answer.json()) == (401, BAD_TOKEN)


async def test_public_paths_pass_without_a_token(client: httpx.AsyncClient, upstream: Upstream) -> None:
    for method, path in (("POST", "/api/auth/login/"), ("POST", "/auth/register"), ("GET", "/products")):
        assert (await client.request(method, path)).status_code == 200
    assert len(upstream.asked) == 3


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/internal/orders/1", {"error": "Resource not found"}),
        ("/api/internal/orders/1", NOT_FOUND),
        ("/api/products/%2e%2e/%2e%2e/internal/orders/1", NOT_FOUND),
        ("/api/nothing/", NOT_FOUND),
        ("/nothing", {"error": "Resource not found"}),
    ],
)
async def test_what_is_not_public_does_not_exist(
    path: str, body: dict[str, str], client: httpx.AsyncClient, upstream: Upstream
) -> None:
    answer = await client.get(path, headers=upstream.token())
    assert (answer.status_code, answer.json()) == (404, body)
    assert upstream.asked == []


async def test_identity_headers_from_outside_are_dropped(
    client: httpx.AsyncClient, upstream: Upstream
) -> None:
    forged = {
        **{"X-User-Id": "1", "X-User-Role": "OWNER", "X-Forwarded-For": "1.2.3.4"},
        **{"Forwarded": "for=1.2.3.4", "X-Real-IP": "1.2.3.4"},
    }
    await client.get("/api/orders/", headers={**upstream.token(), **forged})
    seen = upstream.asked[0].headers
    assert "X-User-Id" not in seen
    assert "X-User-Role" not in seen
    assert "Forwarded" not in seen
    assert "X-Real-IP" not in seen
    assert seen.getall("X-Forwarded-For") == ["127.0.0.1"]


async def test_the_log_says_who_came_from_where(gateway: Gateway, upstream: Upstream) -> None:
    async with gateway(trusted_proxies="127.0.0.1") as client:
        with capture_logs() as lines:
            for method, headers in (("GET", upstream.token()), ("HEAD", {})):
                forwarded = {"X-Forwarded-For": "203.0.113.1"}
                await client.request(method, "/products", headers={**headers, **forwarded})
    told = [(line["client"], line.get("user_id")) for line in lines if line["event"] == "request"]
    assert told == [("203.0.113.1", 7), ("203.0.113.1", None)]


async def test_what_tills_ask_each_second_is_logged_for_debugging_only(client: httpx.AsyncClient) -> None:
    with capture_logs() as lines:
        response = await client.head("/")
    assert response.is_success
    assert [line["log_level"] for line in lines if line["event"] == "request"] == ["debug"]


async def test_hop_by_hop_headers_stay_on_their_hop(client: httpx.AsyncClient, upstream: Upstream) -> None:
    hop = {"Connection": "X-Private", "X-Private": "1", "TE": "trailers", "Proxy-Authorization": "x"}
    await client.get("/api/orders/", headers={**upstream.token(), **hop})
    assert not {"x-private", "te", "proxy-authorization"} & {k.lower() for k in upstream.asked[0].headers}


async def test_the_date_of_an_answer_is_left_to_the_server_in_front(
    client: httpx.AsyncClient, upstream: Upstream
) -> None:
    answer = await client.get("/api/orders/", headers=upstream.token())
    assert "Date" not in answer.headers


async def test_the_request_id_is_echoed_and_handed_on(client: httpx.AsyncClient, upstream: Upstream) -> None:
    answer = await client.get("/api/orders/", headers={**upstream.token(), "X-Request-ID": "till-7"})
    assert answer.headers.get_list("X-Request-ID") == ["till-7"]
    assert upstream.asked[0].headers["X-Request-ID"] == "till-7"


async def test_the_service_is_told_the_span_of_the_call_within_the_clients_trace(
    client: httpx.AsyncClient, upstream: Upstream
) -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    with recorded_spans() as recorded:
        headers = {"traceparent": f"00-{trace}-b7ad6b7169203331-01", "tracestate": "a=1"}
        await client.get("/api/orders/", headers={**upstream.token(), **headers})
    call, request = recorded.by_name["GET sales"], recorded.by_name["GET /api/orders"]
    assert request.trace_id == trace
    assert call.is_below(request)
    assert upstream.asked[0].headers["traceparent"] == call.traceparent
    assert "tracestate" not in upstream.asked[0].headers


async def test_a_request_without_an_id_gets_one(client: httpx.AsyncClient, upstream: Upstream) -> None:
    answer = await client.get("/api/orders/", headers=upstream.token())
    assert answer.headers["X-Request-ID"] == upstream.asked[0].headers["X-Request-ID"]


@pytest.mark.parametrize(("path", "body_name"), [("/api/orders/", "detail"), ("/sales/orders", "error")])
async def test_a_body_over_a_mebibyte_is_refused_as_the_api_document_shows(
    path: str, body_name: str, client: httpx.AsyncClient, upstream: Upstream
) -> None:
    answer = await client.post(path, content=b"x" * (1024 * 1024 + 1), headers=upstream.token())
    assert answer.status_code == 413
    assert answer.json() == {body_name: "Request body exceeds the limit of 1048576 bytes."}
    assert upstream.asked == []


async def test_a_file_may_have_64_mebibytes(client: httpx.AsyncClient, upstream: Upstream) -> None:
    path, mebibyte = "/api/products/import/", 1024 * 1024
    assert (await client.post(path, content=b"x" * 2 * mebibyte, headers=upstream.token())).is_success
    answer = await client.post(path, content=b"x" * (64 * mebibyte + 1), headers=upstream.token())
    assert answer.status_code == 413
    assert [len(body) for body in upstream.bodies] == [2 * mebibyte]


async def test_a_body_of_unknown_length_over_a_mebibyte_is_refused(
    client: httpx.AsyncClient, upstream: Upstream
) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(17):
            yield b"x" * 65536

    answer = await client.post("/api/orders/", content=pieces(), headers=upstream.token())
    assert answer.status_code == 413
    assert upstream.asked == []


async def test_a_large_body_arrives_whole(client: httpx.AsyncClient, upstream: Upstream) -> None:
    sent = bytes(range(256)) * 4000
    await client.post("/api/orders/", content=sent, headers=upstream.token())
    assert upstream.bodies == [sent]


async def test_a_large_answer_arrives_whole(client: httpx.AsyncClient, upstream: Upstream) -> None:
    async def pieces(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(50):
            await response.write(b"y" * 10_000)
        return response

    upstream.answer = pieces
    answer = await client.get("/products")
    assert answer.content == b"y" * 500_000


async def test_refusals_and_redirects_of_a_service_go_through(
    client: httpx.AsyncClient, upstream: Upstream
) -> None:
    async def refuse(request: web.Request) -> web.StreamResponse:
        return web.json_response({"error": ["no"]}, status=400)

    upstream.answer = refuse
    answer = await client.get("/products")
    assert (answer.status_code, answer.json()) == (400, {"error": ["no"]})


async def test_an_empty_answer_stays_empty(client: httpx.AsyncClient, upstream: Upstream) -> None:
    async def nothing(request: web.Request) -> web.StreamResponse:
        return web.Response(status=204)

    upstream.answer = nothing
    answer = await client.delete("/api/products/1/", headers=upstream.token())
    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize(("path", "body"), [("/api/customers/", UNAVAILABLE), ("/products", STORE_DOWN)])
async def test_a_service_that_is_down_is_said_to_be(
    path: str, body: dict[str, str], upstream: Upstream, gateway: Gateway
) -> None:
    down = "http://127.0.0.1:9"
    async with gateway(customers_url=down, catalog_url=down) as client:
        answer = await client.get(path, headers=upstream.token())
        assert (answer.status_code, answer.json()) == (503, body)
        assert int(answer.headers["Retry-After"]) > 0
        assert (await client.get("/api/orders/", headers=upstream.token())).status_code == 200


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/orders/", {"detail": "A server error occurred."}),
        ("/products", {"error": "Internal server error"}),
    ],
)
async def test_a_bug_of_ours_gives_nothing_away(
    path: str,
    body: dict[str, str],
    client: httpx.AsyncClient,
    upstream: Upstream,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def fail(*_: object) -> None:
        raise ValueError("select password from users")

    monkeypatch.setattr("gateway.upstreams.Upstream.ask", fail)
    answer = await client.get(path, headers=upstream.token())
    assert (answer.status_code, answer.json()) == (500, body)


async def test_health_names_the_part_that_is_not_ready(gateway: Gateway) -> None:
    async with gateway(chatbot_url="http://127.0.0.1:9") as client:
        answer = await client.get("/health")
        assert answer.status_code == 200
        assert answer.json()["status"] == "degraded"
        assert answer.json()["parts"]["chatbot"] == "unready"
        assert answer.json()["parts"]["sales"] == "ok"


async def test_health_is_ok_when_all_are_ready(
    gateway: Gateway, broker: Broker, amqp_url: str, amqp_prefix: str
) -> None:
    async def all_is_well() -> bool:
        return bool((await client.get("/health")).json()["status"] == "ok")

    await broker.ping()  # it is there, and so is the exchange
    async with gateway(amqp_url=amqp_url, amqp_prefix=amqp_prefix) as client:
        await eventually(all_is_well)


async def test_health_says_that_revocations_are_not_heard(client: httpx.AsyncClient) -> None:
    health = (await client.get("/health")).json()
    assert (health["status"], health["parts"]["revocations"]) == ("degraded", "delayed")


async def test_a_slow_service_does_not_slow_the_others(client: httpx.AsyncClient, upstream: Upstream) -> None:
    released = asyncio.Event()

    async def slow_for_customers(request: web.Request) -> web.StreamResponse:
        if request.path.startswith("/api/customers"):
            await released.wait()
        return web.json_response({})

    upstream.answer = slow_for_customers
    waiting = [
        asyncio.ensure_future(client.get("/api/customers/", headers=upstream.token())) for _ in range(20)
    ]
    async with asyncio.timeout(30):
        assert (await client.get("/api/orders/", headers=upstream.token())).status_code == 200
    released.set()
    assert {answer.status_code for answer in await asyncio.gather(*waiting)} == {200}
