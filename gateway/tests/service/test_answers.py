"""Headers of every answer, and the pages that the gateway answers itself."""

import httpx
import pytest
from aiohttp import web

from gateway.assets import FOLDER
from gateway.tests.service.conftest import Gateway
from gateway.tests.service.stubs import says, service
from gateway.tests.upstream import Upstream
from libs.testing.answers import answered

SHOP = "https://shop.example.com"
LIMITED = {"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"}
EXPOSED = {
    *("X-Total-Count", "X-Total-Count-Exact", "Link", "ETag", "X-Data-As-Of"),
    *("Retry-After", "X-Request-ID", "Idempotent-Replayed", "X-Error-Code"),
    *LIMITED,
    "Content-Disposition",
}


def words(header: str) -> set[str]:
    return {word.strip() for word in header.split(",")}


async def test_the_root_says_what_this_is(client: httpx.AsyncClient, upstream: Upstream) -> None:
    answer = await client.get("/")
    assert answer.status_code == 200
    welcome = answer.json()
    assert welcome["name"] == "Mostrador"
    for page in (welcome["health"], welcome["tills"]["docs"], welcome["shop"]["docs"], welcome["keys"]):
        assert (await client.get(page)).status_code == 200, page


@pytest.mark.parametrize("path", ["/", "/health", "/products", "/api/orders/", "/api/nothing/", "/docs"])
async def test_browsers_are_told_to_be_careful(path: str, client: httpx.AsyncClient) -> None:
    headers = (await client.get(path)).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers.get_list("Content-Security-Policy")[0].startswith("default-src 'none'")
    assert len(headers.get_list("Content-Security-Policy")) == 1
    assert "Strict-Transport-Security" not in headers


async def test_a_page_of_a_service_has_the_services_policy_only(
    client: httpx.AsyncClient, upstream: Upstream
) -> None:
    policy = "default-src 'none'; style-src 'sha256-x'"

    async def page(request: web.Request) -> web.Response:
        assert request.headers["Accept"] == "text/html,*/*;q=0.8"
        headers = {"Content-Security-Policy": policy, "Vary": "Accept"}
        return web.Response(text="<p>é" * 2_000, content_type="text/html", charset="utf-8", headers=headers)

    upstream.answer = page
    asked = {**upstream.token(), "Accept": "text/html,*/*;q=0.8", "Accept-Encoding": "gzip"}
    answer = await client.get("/api/orders/7/ticket/", headers=asked)
    assert answer.headers.get_list("Content-Security-Policy") == [policy]
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Vary"] == "Accept"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Content-Encoding" not in answer.headers
    assert answer.text == "<p>é" * 2_000


async def test_who_came_by_tls_is_to_come_by_tls_again(gateway: Gateway) -> None:
    async with gateway(trusted_proxies="127.0.0.0/8") as client:
        answer = await client.get("/products", headers={"X-Forwarded-Proto": "https"})
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


async def test_what_a_token_shows_is_kept_by_no_cache_unless_the_service_says_so(
    client: httpx.AsyncClient, upstream: Upstream
) -> None:
    async def cacheable(request: web.Request) -> web.Response:
        return web.json_response({}, headers={"Cache-Control": "private, max-age=5"})

    private = await client.get("/api/orders/", headers=upstream.token())
    login = await client.post("/auth/login", json={})
    public = await client.get("/products")
    upstream.answer = cacheable
    said = await client.get("/api/orders/", headers=upstream.token())
    assert private.headers["Cache-Control"] == login.headers["Cache-Control"] == "no-store"
    assert "Cache-Control" not in public.headers
    assert said.headers.get_list("Cache-Control") == ["private, max-age=5"]


@pytest.mark.parametrize(
    ("origins", "allowed"),
    [("*", "*"), (f"null, {SHOP}", SHOP), ("https://else.example.com", None), ("", None)],
)
async def test_a_page_may_read_answers_if_its_origin_is_named(
    origins: str, allowed: str | None, gateway: Gateway, upstream: Upstream
) -> None:
    async with gateway(cors_origins=origins) as client:
        for path in ("/products", "/api/orders/", "/nothing", "/health"):
            answer = await client.get(path, headers={"Origin": SHOP})
            assert answer.headers.get("Access-Control-Allow-Origin") == allowed, path
            assert "Access-Control-Allow-Credentials" not in answer.headers
            assert words(answer.headers["Access-Control-Expose-Headers"]) == EXPOSED
            if allowed != "*":
                assert "Origin" in answer.headers["Vary"]
        assert "Access-Control-Allow-Origin" not in (await client.get("/products")).headers


async def test_a_page_may_read_that_there_are_too_many_requests_at_once(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("libs.common.process.app.IN_FLIGHT_MAX", 0)
    answer = await client.get("/products", headers={"Origin": SHOP})
    assert answer.status_code == 503
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Retry-After" in words(answer.headers["Access-Control-Expose-Headers"])


async def test_a_preflight_needs_no_token_and_asks_nobody(
    client: httpx.AsyncClient, upstream: Upstream
) -> None:
    asked = {
        "Origin": SHOP,
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": "authorization, content-type, idempotency-key, x-request-id, "
        "if-match, if-none-match",
    }
    answer = await client.options("/api/orders/7/pay/", headers=asked)
    assert answer.status_code == 200
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "PATCH" in words(answer.headers["Access-Control-Allow-Methods"])
    assert upstream.asked == []
    refused = await client.options("/products", headers={**asked, "Access-Control-Request-Headers": "x-else"})
    assert (refused.status_code, refused.headers["X-Error-Code"]) == (400, "page_not_allowed")


@pytest.mark.parametrize("path", ["/docs", "/api/docs/openapi.json", f"{FOLDER}/scalar.js"])
async def test_what_is_large_is_limited_too(path: str, gateway: Gateway) -> None:
    async with gateway(rate_limit_per_address="1/hour") as client:
        first, second = await client.get(path), await client.get(path)
    assert (first.status_code, second.status_code) == (200, 429)
    assert first.headers["X-RateLimit-Remaining"] == "0"


async def test_a_preflight_is_not_limited(gateway: Gateway) -> None:
    preflight = {"Origin": SHOP, "Access-Control-Request-Method": "GET"}
    async with gateway(rate_limit_per_address="1/hour") as client:
        for _ in range(3):
            assert (await client.options("/products", headers=preflight)).status_code == 200
            assert (await client.get("/health")).status_code == 200
        assert (await client.get("/products")).status_code == 200
        assert (await client.get("/products")).status_code == 429


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (
            "/api/orders/",
            {"detail": "Request was throttled. Expected available in 3600 seconds."},
        ),
        ("/sales/orders", {"error": "Too many requests"}),
    ],
)
async def test_beyond_the_limit_a_user_is_told_when_to_come_again(
    path: str, body: dict[str, str], gateway: Gateway, upstream: Upstream
) -> None:
    async with gateway(rate_limit_per_user="1/hour") as client:
        first = await client.get(path, headers=upstream.token())
        second = await client.get(path, headers=upstream.token(session_id="2"))
        other = await client.get(path, headers=upstream.token(user_id=8))
    assert (first.status_code, second.status_code, other.status_code) == (200, 429, 200)
    assert second.json() == body
    assert second.headers["Retry-After"] == "3600"
    assert (first.headers["X-RateLimit-Limit"], first.headers["X-RateLimit-Remaining"]) == ("1", "0")
    assert set(second.headers) >= {name.lower() for name in LIMITED}
    assert len(upstream.asked) == 2


async def test_who_shows_no_good_token_is_counted_by_address(gateway: Gateway, upstream: Upstream) -> None:
    async with gateway(rate_limit_per_address="4/hour", trusted_proxies="127.0.0.1") as client:
        here, elsewhere = {"X-Forwarded-For": "203.0.113.1"}, {"X-Forwarded-For": "203.0.113.2"}
        left = [
            (await client.request(method, path, headers={**here, **token})).headers["X-RateLimit-Remaining"]
            for method, path, token in (
                ("GET", "/products", {}),
                ("GET", "/api/orders/", {}),
                ("GET", "/api/orders/", upstream.token(lifetime=-1)),
                ("GET", "/nothing", {}),
            )
        ]
        assert left == ["3", "2", "1", "0"]
        assert (await client.get("/api/orders/", headers=here)).status_code == 429
        assert (await client.get("/api/orders/", headers={**here, **upstream.token()})).status_code == 200
        assert (await client.get("/products", headers=elsewhere)).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "body", "allowed"),
    [
        ("PUT", "/api/orders/", {"detail": 'Method "PUT" not allowed.'}, "GET, HEAD, OPTIONS, POST"),
        ("GET", "/api/auth/login/", {"detail": 'Method "GET" not allowed.'}, "OPTIONS, POST"),
        ("POST", "/api/analytics/sales-summary/", {"detail": 'Method "POST" not allowed.'}, None),
        ("GET", "/auth/login", {"error": "Method not allowed"}, "OPTIONS, POST"),
        ("TRACE", "/products", {"error": "Method not allowed"}, None),
        ("POST", "/health", {"error": "Method not allowed"}, "GET, HEAD"),
        ("POST", "/", {"error": "Method not allowed"}, "GET, HEAD"),
        ("POST", "/api/docs", {"detail": 'Method "POST" not allowed.'}, "GET, HEAD"),
    ],
)
async def test_a_method_that_no_path_there_has_is_refused_at_the_door(
    method: str,
    path: str,
    body: dict[str, str],
    allowed: str | None,
    client: httpx.AsyncClient,
    upstream: Upstream,
) -> None:
    answer = await client.request(method, path)
    assert (answer.status_code, answer.json()) == (405, body)
    assert allowed is None or answer.headers["Allow"] == allowed
    assert upstream.asked == []


async def test_options_tell_the_methods(client: httpx.AsyncClient, upstream: Upstream) -> None:
    answer = await client.options("/api/orders/7/")
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS, POST"
    assert (await client.options("/nothing")).status_code == 404
    assert upstream.asked == []


async def test_head_is_get_without_the_body(client: httpx.AsyncClient, upstream: Upstream) -> None:
    for path in ("/products", "/health", "/docs/openapi.json"):
        answer = await client.head(path)
        assert (answer.status_code, answer.content) == (200, b""), path
        assert int(answer.headers["Content-Length"]) > 0


async def test_large_json_goes_out_compressed(client: httpx.AsyncClient, upstream: Upstream) -> None:
    async def long(request: web.Request) -> web.Response:
        return web.json_response([{"name": "Kong"}] * 1_000)

    upstream.answer = long
    answer = await client.get("/products", headers={"Accept-Encoding": "gzip"})
    assert (answer.headers["Content-Encoding"], answer.headers["Vary"]) == ("gzip", "Accept-Encoding")
    assert answer.json() == [{"name": "Kong"}] * 1_000


async def test_an_answer_that_breaks_off_before_its_first_piece_is_a_bad_gateway(gateway: Gateway) -> None:
    head = says(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 300000\r\n\r\n")
    async with service(head) as dying, gateway(catalog_url=dying.address) as client:
        answer = await client.get("/products", headers={"Accept-Encoding": "gzip"})
    assert answered(answer) == (502, {"error": "Bad gateway"})
    assert answer.headers["X-Error-Code"] == "bad_gateway"
