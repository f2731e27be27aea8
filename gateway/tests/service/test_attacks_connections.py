"""Thousands of connections of one address keep neither another address nor a known user out."""

import time
from pathlib import Path

import pytest

from gateway.tests.process import RunningGateway, running_gateway
from gateway.tests.upstream import Upstream
from libs.testing.files import allow_open_files

pytestmark = pytest.mark.backpressure

SILENT = 2_000
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


async def test_a_known_user_finds_a_place_when_several_addresses_take_all(
    upstream: Upstream, tmp_path: Path
) -> None:
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


async def test_a_trusted_proxy_may_have_any_number(upstream: Upstream, tmp_path: Path) -> None:
    limits = {"connections_per_address": 10, "trusted_proxies": f"{ATTACKER}/32"}
    async with running_gateway(upstream, tmp_path, request_head_seconds=60, **limits) as running:
        held = [await running.connect(ATTACKER) for _ in range(50)]
        for reader, writer in held:  # none of them gave way to another
            writer.write(b"GET / HTTP/1.1\r\nHost: shop\r\n\r\n")
            assert (await reader.readuntil(b'"/health"}')).startswith(b"HTTP/1.1 200")
        for _, writer in held:
            writer.close()
