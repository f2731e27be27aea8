"""Thousands of connections of one address keep neither another address nor staff out."""

import time
from pathlib import Path

import pytest
from aiohttp import web

from gateway.tests.process import RunningGateway, running_gateway
from gateway.tests.upstream import Upstream
from libs.testing.files import allow_open_files
from libs.testing.waiting import eventually

pytestmark = pytest.mark.backpressure

SILENT = 2_000
PLACES = 10
MIB = 1024 * 1024
ATTACKER, NEIGHBOUR, THIRD = "127.0.0.2", "127.0.0.3", "127.0.0.4"
SOON_SECONDS = 30  # far below the 60 s after which silence ends


@pytest.fixture(autouse=True)
def enough_files() -> None:
    allow_open_files(SILENT + 500)


async def asked(running: RunningGateway, source: str, *headers: bytes) -> int:
    """The status of a request that is answered soon."""
    begun = time.monotonic()
    status = (await running.ask(b"GET /products HTTP/1.1", *headers, source=source)).status
    assert time.monotonic() - begun < SOON_SECONDS
    return status


async def test_silent_connections_of_one_address_keep_nobody_out(upstream: Upstream, tmp_path: Path) -> None:
    token = b"Authorization: " + upstream.token()["Authorization"].encode()
    async with running_gateway(upstream, tmp_path, request_head_seconds=60) as running:
        silent = [await running.connect(ATTACKER) for _ in range(SILENT)]
        assert await asked(running, NEIGHBOUR) == 200
        assert await asked(running, ATTACKER, token) == 200
        assert await asked(running, ATTACKER) == 200
        for _, writer in silent:
            writer.close()


async def test_staff_find_a_place_when_several_addresses_take_all(upstream: Upstream, tmp_path: Path) -> None:
    token = b"Authorization: " + upstream.token()["Authorization"].encode()
    limits = {"connections_max": 60, "connections_per_address": 10, "connections_reserved": 40}
    async with running_gateway(upstream, tmp_path, request_head_seconds=60, **limits) as running:
        assert await asked(running, NEIGHBOUR, token) == 200
        silent = [
            await running.connect(address) for address in (ATTACKER, THIRD) for _ in range(SILENT // 20)
        ]
        assert await asked(running, "127.0.0.5") == 503
        assert await asked(running, NEIGHBOUR) == 200
        for _, writer in silent:
            writer.close()


async def test_shoppers_keep_no_neighbour_out(upstream: Upstream, tmp_path: Path) -> None:
    """Anybody may register, so that a shopper's token keeps no place."""
    shopper = b"Authorization: " + upstream.token(role="USER")["Authorization"].encode()
    head = b"GET /products HTTP/1.1\r\nHost: shop\r\n" + shopper + b"\r\n"
    limits = {"connections_per_address": PLACES, "request_head_seconds": 60}
    async with running_gateway(upstream, tmp_path, **limits) as running:
        held = [await running.connect(ATTACKER) for _ in range(PLACES)]
        for reader, writer in held:
            writer.write(head + b"\r\n")
            await reader.readuntil(b'"/products"}')
            writer.write(head)
        await finds_a_place(upstream, running)
        for _, writer in held:
            writer.close()


async def test_those_who_read_nothing_keep_no_neighbour_out(upstream: Upstream, tmp_path: Path) -> None:
    async def endless_detail(request: web.Request) -> web.StreamResponse:
        if request.path == "/products":
            return web.json_response({})
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"y" * MIB)

    upstream.answer = endless_detail
    limits = {"connections_per_address": PLACES, "answer_stall_seconds": 60}
    async with running_gateway(upstream, tmp_path, **limits) as running:
        held = [await running.connect(ATTACKER) for _ in range(PLACES)]
        for _, writer in held:
            writer.write(b"GET /products/1 HTTP/1.1\r\nHost: shop\r\n\r\n")
        await finds_a_place(upstream, running)
        for _, writer in held:
            writer.close()


async def finds_a_place(upstream: Upstream, running: RunningGateway) -> None:
    """Staff behind the attacker's address, once the gateway waits for its clients."""
    token = b"Authorization: " + upstream.token()["Authorization"].encode()

    async def is_served() -> bool:
        return await asked(running, ATTACKER, token) == 200

    await eventually(is_served)


async def test_a_trusted_proxy_may_have_any_number(upstream: Upstream, tmp_path: Path) -> None:
    limits = {"connections_per_address": 10, "trusted_proxies": f"{ATTACKER}/32"}
    async with running_gateway(upstream, tmp_path, request_head_seconds=60, **limits) as running:
        held = [await running.connect(ATTACKER) for _ in range(50)]
        for reader, writer in held:  # none of them gave way to another
            writer.write(b"GET / HTTP/1.1\r\nHost: shop\r\n\r\n")
            assert (await reader.readuntil(b'"/health"}')).startswith(b"HTTP/1.1 200")
        for _, writer in held:
            writer.close()
