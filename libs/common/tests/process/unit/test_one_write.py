"""The bytes of an answer leave in one write."""

import asyncio

import pytest

from libs.common.process.one_write import OneWrite


class Wire(asyncio.Transport):
    """Keeps every piece that it is told to send."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[bytes] = []
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.sent.append(bytes(data))

    def close(self) -> None:
        self.closed = True

    def abort(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed


@pytest.fixture
def wire() -> Wire:
    return Wire()


async def one_turn() -> None:
    await asyncio.sleep(0)


async def test_what_is_written_together_leaves_together(wire: Wire) -> None:
    transport = OneWrite(wire, asyncio.get_running_loop())
    transport.write(b"head")
    transport.write(b"body")
    assert wire.sent == []
    await one_turn()
    assert wire.sent == [b"headbody"]


async def test_nothing_is_held_back_for_what_comes_later(wire: Wire) -> None:
    transport = OneWrite(wire, asyncio.get_running_loop())
    for piece in (b"one", b"two", b"three"):
        transport.write(piece)
        await one_turn()
    assert wire.sent == [b"one", b"two", b"three"]


async def test_what_was_written_before_the_end_is_sent_before_it(wire: Wire) -> None:
    transport = OneWrite(wire, asyncio.get_running_loop())
    transport.write(b"last words")
    transport.close()
    assert (wire.sent, wire.closed) == ([b"last words"], True)
    await one_turn()
    assert wire.sent == [b"last words"]


async def test_nothing_is_sent_over_a_connection_that_was_cut(wire: Wire) -> None:
    transport = OneWrite(wire, asyncio.get_running_loop())
    transport.write(b"too late")
    transport.abort()
    await one_turn()
    assert wire.sent == []
