"""The gateway's own refusals carry `X-Error-Code`, the same in both dialects; services' codes go through."""

import httpx
import pytest
from aiohttp import web

from gateway.tests.service.conftest import Gateway
from gateway.tests.upstream import Upstream

POS_AND_STORE = ("/api/orders/", "/sales/orders")


@pytest.mark.parametrize("path", POS_AND_STORE)
async def test_a_missing_and_a_bad_token_have_codes_of_their_own(
    path: str, client: httpx.AsyncClient
) -> None:
    anonymous = await client.get(path)
    mistaken = await client.get(path, headers={"Authorization": "Bearer nonsense"})
    assert [answer.headers["X-Error-Code"] for answer in (anonymous, mistaken)] == [
        "token_missing",
        "token_not_valid",
    ]


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/api/nothing/", "not_found"),
        ("GET", "/nothing", "not_found"),
        ("PUT", "/api/orders/", "method_not_allowed"),
        ("DELETE", "/auth/login", "method_not_allowed"),
        ("POST", "/docs", "method_not_allowed"),
    ],
)
async def test_a_path_or_method_that_is_not_there_is_told_by_its_code(
    method: str, path: str, code: str, client: httpx.AsyncClient, upstream: Upstream
) -> None:
    answer = await client.request(method, path, headers=upstream.token())
    assert answer.headers["X-Error-Code"] == code


@pytest.mark.parametrize("path", POS_AND_STORE)
async def test_a_caller_beyond_the_limit_is_throttled(
    path: str, gateway: Gateway, upstream: Upstream
) -> None:
    async with gateway(rate_limit_per_user="1/hour") as client:
        first = await client.get(path, headers=upstream.token())
        second = await client.get(path, headers=upstream.token())
    assert "X-Error-Code" not in first.headers
    assert second.headers["X-Error-Code"] == "throttled"


@pytest.mark.parametrize("path", ["/api/customers/", "/products"])
async def test_a_service_that_is_down_is_unavailable(path: str, gateway: Gateway, upstream: Upstream) -> None:
    down = "http://127.0.0.1:9"
    async with gateway(customers_url=down, catalog_url=down) as client:
        answer = await client.get(path, headers=upstream.token())
    assert answer.headers["X-Error-Code"] == "unavailable"


@pytest.mark.parametrize("path", POS_AND_STORE)
async def test_a_body_beyond_the_limit_is_too_large(
    path: str, client: httpx.AsyncClient, upstream: Upstream
) -> None:
    answer = await client.post(path, content=b"x" * (1024 * 1024 + 1), headers=upstream.token())
    assert answer.headers["X-Error-Code"] == "body_too_large"


async def test_a_defect_has_a_code_too(
    client: httpx.AsyncClient, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise ValueError

    monkeypatch.setattr("gateway.upstreams.Upstream.ask", fail)
    answer = await client.get("/api/orders/", headers=upstream.token())
    assert (answer.status_code, answer.headers["X-Error-Code"]) == (500, "server_error")


async def test_the_code_of_a_service_goes_through(client: httpx.AsyncClient, upstream: Upstream) -> None:
    async def refuse(request: web.Request) -> web.Response:
        return web.json_response({}, status=400, headers={"X-Error-Code": "insufficient_stock"})

    upstream.answer = refuse
    answer = await client.post("/api/orders/", json={}, headers=upstream.token())
    assert answer.headers["X-Error-Code"] == "insufficient_stock"
