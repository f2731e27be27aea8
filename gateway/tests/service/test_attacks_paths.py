"""No spelling of a path reaches what is not public; forged headers are dropped."""

import json
from collections.abc import AsyncIterator

import pytest

from gateway.tests.process import RunningGateway, running_gateway
from gateway.tests.upstream import Upstream, serving_upstream
from libs.testing.pos import NOT_FOUND

EACH_NOT_FOUND = (NOT_FOUND, {"error": "Resource not found"})


@pytest.fixture(scope="module")
async def upstream() -> AsyncIterator[Upstream]:
    async with serving_upstream() as served:
        yield served


@pytest.fixture(scope="module")
async def running(
    upstream: Upstream, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[RunningGateway]:
    async with running_gateway(upstream, tmp_path_factory.mktemp("gateway")) as process:
        yield process


@pytest.fixture(autouse=True)
def nothing_asked(upstream: Upstream) -> None:
    upstream.asked.clear()


@pytest.mark.parametrize("inside", [b"internal/orders/1", b"metrics", b"readyz", b"livez", b"openapi.json"])
@pytest.mark.parametrize(
    "way",
    [
        b"/%s",
        b"//%s",
        b"/./%s",
        b"/../%s",
        b"/api/%s",
        b"/api/../%s",
        b"/api/products/../../%s",
        b"/api/products/..%%2f..%%2f%s",
        b"/api/products/%%2e%%2e/%%2e%%2e/%s",
        b"/api/products/%%252e%%252e/%%252e%%252e/%s",
        b"/api/products/%%2e%%2e%%5c%%2e%%2e%%5c%s",
        b"/api/products/..\\..\\%s",
        b"/api/products/..;/..;/%s",
        b"/api/products;/../../%s",
        b"/api/products/%%00/../../%s",
        b"/api/products%%2f..%%2f..%%2f%s",
        b"/api/products//../..//%s",
        b"/%%2f%s",
        b"/%%69nternal/../%s",
        b"/sales/%s",
        b"/sales/../%s",
        b"/auth/%s",
        b"/.well-known/../%s",
        b"/.well-known/jwks.json/../../%s",
        b"http://sales:8103/%s",
        b"http://sales:8103/api/products/../../%s",
        b"/api/products/%%c0%%ae%%c0%%ae/%s",
        b"/api/products/\xe2\x80\xa5/%s",
    ],
)
async def test_no_way_leads_inside(
    way: bytes, inside: bytes, running: RunningGateway, upstream: Upstream
) -> None:
    token = upstream.token()["Authorization"].encode()
    answer = await running.ask(b"GET " + way % inside + b" HTTP/1.1", b"Authorization: " + token)
    assert answer.status in {400, 404}
    assert answer.status == 400 or json.loads(answer.body) in EACH_NOT_FOUND
    assert upstream.asked == []


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics", "/openapi.json"])
async def test_the_gateway_speaks_of_itself_on_its_internal_port_alone(
    path: str, running: RunningGateway
) -> None:
    line = f"GET {path} HTTP/1.1".encode()
    assert (await running.ask(line)).status == 404
    inside = RunningGateway(running.process, running.internal_port, running.internal_port)
    assert (await inside.ask(line)).status == 200


@pytest.mark.parametrize(
    ("line", "passed_on"),
    [
        (b"GET /products/%31 HTTP/1.1", "/products/%31"),
        (b"GET /%70roducts HTTP/1.1", "/%70roducts"),
        (b"GET http://elsewhere/products?a=/../internal HTTP/1.1", "/products?a=/../internal"),
        (b"GET /products?%00=%2e%2e HTTP/1.1", "/products?%00=%2e%2e"),
    ],
)
async def test_what_is_public_arrives_as_it_was_written(
    line: bytes, passed_on: str, running: RunningGateway, upstream: Upstream
) -> None:
    assert (await running.ask(line)).status == 200
    assert upstream.asked[0].raw_path == passed_on


async def test_nobody_says_who_they_are_but_by_a_token(running: RunningGateway, upstream: Upstream) -> None:
    forged = (
        *(b"X-User-Id: 1", b"X-User-Role: OWNER", b"x-user: owner", b"X-USERNAME: owner"),
        *(b"X-Forwarded-For: 1.2.3.4", b"X-Forwarded-For: 127.0.0.1", b"X-Real-IP: 1.2.3.4"),
        *(b"Forwarded: for=1.2.3.4", b"X-Forwarded-Host: evil", b"X-Forwarded-Proto: https"),
    )
    assert (await running.ask(b"GET /products HTTP/1.1", *forged)).status == 200
    seen = upstream.asked[0].headers
    assert not [name for name in seen if name.lower().startswith("x-user")]
    assert not {"Forwarded", "X-Real-IP", "X-Forwarded-Host"} & set(seen)
    assert seen.getall("X-Forwarded-For") == ["127.0.0.1"]
    assert seen.getall("X-Forwarded-Proto") == ["http"]
    assert (await running.ask(b"GET /api/orders/ HTTP/1.1", *forged)).status == 401


async def test_the_connection_header_takes_nothing_away_that_is_ours(
    running: RunningGateway, upstream: Upstream
) -> None:
    token = upstream.token()["Authorization"].encode()
    hop = b"Connection: close, Authorization, X-Forwarded-For, X-Request-ID, Host"
    head = b"\r\n".join((b"GET /api/orders/ HTTP/1.1", b"Host: shop", b"Authorization: " + token, hop))
    answers = await running.exchange(head + b"\r\n\r\n")
    assert answers.startswith(b"HTTP/1.1 200")
    seen = upstream.asked[0].headers
    assert seen["X-Forwarded-For"] == "127.0.0.1"
    assert seen["X-Request-ID"]
