"""Raw bytes are refused: smuggling, oversized heads, other protocols, slow clients."""

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp import web

from gateway.tests.process import RunningGateway, parsed, running_gateway
from gateway.tests.upstream import Upstream, serving_upstream

SLOW_SECONDS = 1.0
DRIP_SECONDS = 0.05
MIB = 1024 * 1024
POST = b"POST /api/auth/login/ HTTP/1.1\r\nHost: shop\r\n"


@pytest.fixture(scope="module")
async def upstream() -> AsyncIterator[Upstream]:
    async with serving_upstream() as served:
        yield served


@pytest.fixture(scope="module")
async def running(
    upstream: Upstream, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[RunningGateway]:
    """One process for all tests here: none of them may harm it."""
    folder: Path = tmp_path_factory.mktemp("gateway")
    seconds = dict.fromkeys(
        ("request_head_seconds", "request_body_seconds", "answer_stall_seconds"), SLOW_SECONDS
    )
    async with running_gateway(
        upstream, folder, connections_max=45, connections_reserved=5, **seconds
    ) as process:
        yield process


@pytest.fixture(autouse=True)
def nothing_asked(upstream: Upstream) -> None:
    upstream.asked.clear()
    upstream.bodies.clear()
    upstream.answer = None


@pytest.mark.parametrize(
    "request_",
    [
        POST + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
        POST
        + b"Content-Length: 2\r\nContent-Length: 50\r\n\r\n{}GET /products HTTP/1.1\r\nHost: shop\r\n\r\n",
        POST + b"Content-Length: 2, 2\r\n\r\n{}",
        POST + b"Content-Length: +2\r\n\r\n{}",
        POST + b"Content-Length: -2\r\n\r\n{}",
        POST + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: identity\r\n\r\n",
        POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
        POST + b"X-Folded: a\r\n b\r\nContent-Length: 2\r\n\r\n{}",
        POST + b"X-Bare: a\nContent-Length: 2\r\n\r\n{}",
        POST + b"X-Bare: a\rContent-Length: 2\r\n\r\n{}",
        POST + b"X-Nul: \x00\r\nContent-Length: 2\r\n\r\n{}",
        POST + b"Bad Name: a\r\nContent-Length: 2\r\n\r\n{}",
        POST + b"Host: other\r\nContent-Length: 2\r\n\r\n{}",
        b"POST /api/auth/login/ HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}",
        b"POST /api/auth/login/ HTTP/1.1\nHost: shop\nContent-Length: 2\n\n{}",
        b"POST /api/auth/login/\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
async def test_what_two_servers_could_read_differently_is_refused(
    request_: bytes, running: RunningGateway, upstream: Upstream
) -> None:
    answers = await running.exchange(request_)
    assert parsed(answers).status in {400, 501}
    assert answers.count(b"HTTP/1.1 ") == 1
    assert upstream.asked == []


@pytest.mark.parametrize(
    "chunk", [b"-2\r\n{}\r\n", b"0x2\r\n{}\r\n", b"2\n{}\r\n", b"fffffffffffffffff\r\n{}\r\n", b"2\r\n{}XX"]
)
async def test_chunks_that_are_none_are_refused(
    chunk: bytes, running: RunningGateway, upstream: Upstream
) -> None:
    answers = await running.exchange(POST + b"Transfer-Encoding: chunked\r\n\r\n" + chunk + b"0\r\n\r\n")
    assert parsed(answers).status == 400
    assert upstream.asked == []


async def test_what_stands_behind_the_body_is_no_header(running: RunningGateway, upstream: Upstream) -> None:
    trailer = b"X-Forwarded-For: 1.2.3.4\r\nAuthorization: Bearer x\r\nX-Trailer: 1\r\n"
    answer = await running.ask(
        b"POST /api/auth/login/ HTTP/1.1",
        b"Transfer-Encoding: chunked",
        body=b"2\r\n{}\r\n0\r\n" + trailer + b"\r\n",
    )
    assert answer.status == 200
    assert upstream.bodies == [b"{}"]
    assert not {"Authorization", "X-Trailer"} & set(upstream.asked[0].headers)
    assert upstream.asked[0].headers["X-Forwarded-For"] == "127.0.0.1"


@pytest.mark.parametrize(
    "endless",
    [b"X: " + b"a" * MIB, b"X: a\r\n" * 300_000, b"1;" + b"a" * MIB],
    ids=["one trailer", "many trailers", "an extension of a chunk"],
)
async def test_what_is_no_body_does_not_go_on_for_ever(
    endless: bytes, running: RunningGateway, upstream: Upstream
) -> None:
    start = b"" if endless.startswith(b"1") else b"2\r\n{}\r\n0\r\n"
    answers = await running.exchange(POST + b"Transfer-Encoding: chunked\r\n\r\n" + start + endless)
    assert parsed(answers).status == 400
    assert upstream.asked == []


async def test_a_body_in_tiny_chunks_arrives_whole(running: RunningGateway, upstream: Upstream) -> None:
    sent = bytes(range(256)) * 32
    chunks = b"".join(b"1\r\n" + bytes([byte]) + b"\r\n" for byte in sent)
    answer = await running.ask(
        b"POST /api/auth/login/ HTTP/1.1", b"Transfer-Encoding: chunked", body=chunks + b"0\r\n\r\n"
    )
    assert answer.status == 200
    assert upstream.bodies == [sent]


@pytest.mark.parametrize(
    ("line", "header", "status"),
    [
        (b"GET /products HTTP/1.1", b"X-Long: " + b"a" * 40_000, 431),
        (b"GET /products HTTP/1.1", b"\r\n".join(b"X-%d: 1" % n for n in range(120)), 431),
        (b"GET /products?" + b"a" * 9_000 + b" HTTP/1.1", b"X: 1", 414),
        (b"GET /api/products/?" + b"a" * 9_000 + b" HTTP/1.1", b"X: 1", 414),
    ],
)
async def test_a_head_has_a_limit(
    line: bytes, header: bytes, status: int, running: RunningGateway, upstream: Upstream
) -> None:
    answer = await running.ask(line, header)
    assert answer.status == status
    assert set(json.loads(answer.body)) == {"detail" if b"/api/" in line else "error"}
    assert upstream.asked == []


async def test_a_refused_head_has_its_request_id_too(running: RunningGateway) -> None:
    line = b"GET /products?" + b"a" * 9_000 + b" HTTP/1.1"
    assert "\r\nx-request-id: mine" in (await running.ask(line, b"X-Request-ID: mine")).head
    assert re.search(
        "\r\nx-request-id: [0-9a-f]{32}", (await running.ask(line, b"X-Request-ID: not one")).head
    )
    assert b"\r\nx-request-id: " in await running.exchange(b"no request\r\n\r\n")


async def test_a_request_is_not_charged_with_the_end_of_the_one_before(running: RunningGateway) -> None:
    """A 401 does not wait for the body; the next request comes in one piece with the rest of it."""
    refused = b"POST /api/users/ HTTP/1.1\r\nHost: shop\r\nContent-Length: 150000\r\n\r\n" + b" " * 150_000
    last = b"GET /api/users/ HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n"
    answers = await running.exchange(refused * 40 + last)
    assert answers.count(b"HTTP/1.1 401 ") == answers.count(b"HTTP/1.1 ") == 41


async def test_a_large_head_does_not_hide_behind_another_request(
    running: RunningGateway, upstream: Upstream
) -> None:
    large = b"GET /products HTTP/1.1\r\nHost: shop\r\nX-Long: " + b"a" * 40_000 + b"\r\n\r\n"
    await running.exchange(POST + b"Content-Length: 2\r\n\r\n{}" + large)
    assert "/products" not in [asked.path for asked in upstream.asked]


async def _whole(request: web.Request) -> web.StreamResponse:
    return web.json_response(["x" * 5_000])


async def _in_pieces(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse(headers={"Content-Type": "application/json"})
    await answer.prepare(request)
    for _ in range(5):
        await answer.write(b"1" * 100_000)
    return answer


@pytest.mark.parametrize("answer", [_whole, _in_pieces])
@pytest.mark.parametrize("accepted", [b"identity", b"gzip"])
async def test_what_follows_a_head_on_its_connection_is_the_next_answer(
    answer: Callable[[web.Request], Awaitable[web.StreamResponse]],
    accepted: bytes,
    running: RunningGateway,
    upstream: Upstream,
) -> None:
    """A proxy that shares the connection would give a rest of the answer to the next client."""
    upstream.answer = answer
    head = b"HEAD /products HTTP/1.1\r\nHost: shop\r\nAccept-Encoding: " + accepted + b"\r\n"
    answers = await running.exchange((head + b"\r\n") * 2 + head + b"Connection: close\r\n\r\n")
    *heads, body = answers.split(b"\r\n\r\n")
    assert [answer[:12] for answer in heads] == [b"HTTP/1.1 200"] * 3
    assert body == b""


async def test_a_head_that_never_ends_is_cut_off(running: RunningGateway) -> None:
    answers = await running.exchange(
        b"GET /products HTTP/1.1\r\nHost: shop\r\n" + b"X: aaaaaaaaaaa\r\n" * 9_000
    )
    assert parsed(answers).status == 431


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (b"CONNECT sales:8000 HTTP/1.1", 405),
        (b"TRACE /products HTTP/1.1", 405),
        (b"PROPFIND /products HTTP/1.1", 405),
        (b"MAKE /products HTTP/1.1", 400),
        (b"get /products HTTP/1.1", 400),
        (b"OPTIONS * HTTP/1.1", 400),
        (b"GET sales:8000 HTTP/1.1", 400),
    ],
)
async def test_other_methods_and_targets_are_refused(
    line: bytes, status: int, running: RunningGateway, upstream: Upstream
) -> None:
    answer = await running.ask(line)
    assert answer.status == status
    if status == 405:
        assert json.loads(answer.body) == {"error": "Method not allowed"}
    assert upstream.asked == []


async def test_no_other_protocol_is_switched_to(running: RunningGateway, upstream: Upstream) -> None:
    upgrade = (b"Connection: Upgrade", b"Upgrade: websocket", b"Sec-WebSocket-Key: eA==")
    head = b"\r\n".join((b"GET /api/orders/ HTTP/1.1", b"Host: shop", *upgrade, b"", b""))
    answers = await running.exchange(head + b"GET /products HTTP/1.1\r\nHost: shop\r\n\r\n")
    assert parsed(answers).status == 401
    assert answers.count(b"HTTP/1.1 ") == 1
    assert upstream.asked == []


@pytest.mark.parametrize("sent", [16, 17, 1_000, 20_000])
async def test_sixteen_requests_sent_ahead_are_answered_in_order_and_no_more(
    sent: int, running: RunningGateway, upstream: Upstream
) -> None:
    requests = [b"GET /products?n=%d HTTP/1.1\r\nHost: shop\r\n\r\n" % n for n in range(sent - 1)]
    last = b"GET /products?n=%d HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n" % (sent - 1)
    answers = await running.exchange(b"".join(requests) + last)
    assert re.findall(rb"n=(\d+)", answers) == [b"%d" % n for n in range(16)]
    assert answers.count(b"HTTP/1.1 200 ") == answers.count(b"HTTP/1.1 ") == 16
    assert answers.lower().count(b"connection: close") == 1
    assert len(upstream.asked) == 16


@pytest.mark.parametrize(
    "body", [b"Content-Length: 60\r\n\r\n{}", b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"]
)
async def test_a_body_does_not_come_with_another_protocol(
    body: bytes, running: RunningGateway, upstream: Upstream
) -> None:
    """The parser reads none then: what the head announces would be taken from the next client's request."""
    answers = await running.exchange(POST + b"Connection: Upgrade\r\nUpgrade: h2c\r\n" + body)
    assert parsed(answers).status == 501
    assert upstream.asked == []


async def test_ten_megabytes_are_refused_unread(running: RunningGateway, upstream: Upstream) -> None:
    answer = await running.ask(b"POST /auth/login HTTP/1.1", b"Content-Length: 10485760")
    assert answer.status == 413
    assert json.loads(answer.body).keys() == {"error"}
    assert upstream.asked == []


@pytest.mark.parametrize("path", [b"/api/auth/login/", b"/auth/login"])
async def test_ten_megabytes_in_chunks_are_refused_on_the_way(
    path: bytes, running: RunningGateway, upstream: Upstream
) -> None:
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    answer = await running.ask(
        b"POST " + path + b" HTTP/1.1", b"Transfer-Encoding: chunked", body=chunk * 160 + b"0\r\n\r\n"
    )
    assert answer.status == 413


async def test_a_body_that_waits_for_leave_gets_it_only_if_it_is_wanted(running: RunningGateway) -> None:
    reader, writer = await running.connect()
    writer.write(POST + b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n")
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 100")
    writer.write(b"{}")
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
    writer.close()
    refused = await running.ask(
        b"POST /auth/login HTTP/1.1", b"Content-Length: 10485760", b"Expect: 100-continue"
    )
    assert refused.status == 413


@pytest.mark.parametrize(
    "start",
    [b"", b"GET /produ", b"GET /products HTTP/1.1\r\nHost: shop\r\nX-Slow: "],
    ids=["nothing at all", "half a line", "half a head"],
)
async def test_who_never_finishes_a_head_is_dropped(start: bytes, running: RunningGateway) -> None:
    started = time.monotonic()
    answers = await running.exchange(start)
    assert SLOW_SECONDS * 0.9 < time.monotonic() - started < SLOW_SECONDS + 5
    assert parsed(answers).status == (408 if start else 0)


async def test_a_head_that_drips_is_no_better_than_one_that_stops(running: RunningGateway) -> None:
    reader, writer = await running.connect()

    async def drip() -> None:
        for byte in b"GET /products HTTP/1.1\r\nHost: shop\r\nX-Slow: " + b"a" * 1_000:
            writer.write(bytes([byte]))
            await asyncio.sleep(DRIP_SECONDS)

    dripping = asyncio.ensure_future(drip())
    async with asyncio.timeout(SLOW_SECONDS + 5):
        assert parsed(await reader.read()).status == 408
    dripping.cancel()
    writer.close()


@pytest.mark.parametrize(
    "body", [b"Content-Length: 100\r\n\r\n{", b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"]
)
async def test_who_never_finishes_a_body_is_dropped(
    body: bytes, running: RunningGateway, upstream: Upstream
) -> None:
    answer = parsed(await running.exchange(POST + body))
    assert answer.status == 408
    assert json.loads(answer.body).keys() == {"detail"}
    assert upstream.asked == []


async def test_a_file_may_take_longer_than_other_bodies(upstream: Upstream, tmp_path: Path) -> None:
    """A service reads it no faster than it imports."""
    token = upstream.token()["Authorization"].encode()
    async with running_gateway(upstream, tmp_path, request_body_seconds=SLOW_SECONDS) as running:
        reader, writer = await running.connect()
        writer.write(
            b"POST /api/products/import/ HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n"
            b"Authorization: " + token + b"\r\nContent-Length: 8\r\n\r\nsku\n"
        )
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(2 * SLOW_SECONDS):
                await reader.read(1)
        writer.write(b"A-1\n")
        assert parsed(await reader.read()).status == 200
        writer.close()
    assert upstream.bodies == [b"sku\nA-1\n"]


async def test_a_refused_body_is_not_swallowed_for_ever(running: RunningGateway) -> None:
    reader, writer = await running.connect()
    writer.write(b"POST /auth/login HTTP/1.1\r\nHost: shop\r\nContent-Length: 10485760\r\n\r\n")
    async with asyncio.timeout(SLOW_SECONDS + 5):
        answers = await reader.read()
    assert parsed(answers).status == 413
    assert answers.count(b"HTTP/1.1 ") == 1
    writer.close()


async def test_who_takes_nothing_of_an_answer_is_dropped(running: RunningGateway, upstream: Upstream) -> None:
    dropped = asyncio.Event()

    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(b"y" * MIB)
        finally:
            dropped.set()

    upstream.answer = endless
    _, writer = await running.connect()
    writer.write(b"GET /products HTTP/1.1\r\nHost: shop\r\n\r\n")
    async with asyncio.timeout(SLOW_SECONDS + 10):
        await dropped.wait()
    writer.close()


async def test_beyond_the_limit_a_client_is_sent_away_and_health_is_still_told(
    running: RunningGateway,
) -> None:
    held = [await running.connect() for _ in range(45)]
    answer = parsed(await held[-1][0].read())
    assert (answer.status, json.loads(answer.body)) == (503, {"error": "Service temporarily unavailable"})
    assert "retry-after: 2" in answer.head
    reader, writer = await asyncio.open_connection("127.0.0.1", running.internal_port)
    writer.write(b"GET /livez HTTP/1.1\r\nHost: shop\r\n\r\n")
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
    for _, held_writer in [*held, (reader, writer)]:
        held_writer.close()


async def test_who_only_keeps_a_connection_makes_room_for_who_needs_one(running: RunningGateway) -> None:
    kept = [await running.connect() for _ in range(40)]
    for reader, writer in kept:
        writer.write(b"GET / HTTP/1.1\r\nHost: shop\r\n\r\n")
        assert (await reader.readuntil(b'"/health"}')).startswith(b"HTTP/1.1 200")
    assert (await running.ask(b"GET /products HTTP/1.1")).status == 200
    for _, writer in kept:
        writer.close()


async def test_after_all_of_this_it_serves_on(running: RunningGateway) -> None:
    assert (await running.ask(b"GET /products HTTP/1.1")).status == 200
