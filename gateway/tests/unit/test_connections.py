"""The limits of a connection, with a transport that keeps what is written."""

import asyncio
from collections.abc import Sequence
from itertools import pairwise

import pytest
import uvicorn
from starlette.responses import Response
from uvicorn.server import ServerState

from gateway.guard.connections import ConnectionLimits, guarded
from gateway.guard.places import PlaceLimits

STALL_SECONDS = 0.05
LIMITS = ConnectionLimits(
    places=PlaceLimits(total=10, per_address=10, reserved=0),
    is_proxy=lambda _: False,
    head_seconds=60,
    body_seconds=60,
    stall_seconds=STALL_SECONDS,
    internal_port=0,
)


class Untaken(asyncio.Transport):
    """A connection whose client reads nothing: what is written stays, below the mark that pauses writing."""

    def __init__(self) -> None:
        super().__init__()
        self.protocol = guarded(LIMITS)(uvicorn.Config(Response(b"{}"), log_config=None), ServerState(), {})
        self.written = b""
        self.closing = False
        self.aborted = asyncio.Event()
        self.protocol.connection_made(self)

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += data

    def get_write_buffer_size(self) -> int:
        return len(self.written)

    def is_closing(self) -> bool:
        return self.closing

    def close(self) -> None:
        self.closing = True

    def abort(self) -> None:
        self.closing = True
        self.aborted.set()
        self.protocol.connection_lost(None)


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET / HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n", b"200"),
        (b"GET nowhere\r\n\r\n", b"400"),
    ],
    ids=["answered", "refused"],
)
async def test_a_last_answer_is_not_waited_with_for_ever(request_: bytes, status: bytes) -> None:
    connection = Untaken()
    connection.protocol.data_received(request_)
    async with asyncio.timeout(30):
        await connection.aborted.wait()
    assert connection.written.startswith(b"HTTP/1.1 " + status)


@pytest.mark.parametrize("cuts", [(), (30_000,), (10_000,), (15_000, 30_000)], ids=str)
async def test_a_head_has_a_limit_in_however_many_pieces_it_arrives(cuts: Sequence[int]) -> None:
    head = b"GET / HTTP/1.1\r\nHost: shop\r\nX-Long: " + b"a" * 40_000 + b"\r\n\r\n"
    connection = Untaken()
    for start, end in pairwise((0, *cuts, len(head))):
        connection.protocol.data_received(head[start:end])
    assert connection.written.startswith(b"HTTP/1.1 431 ")
