"""A body that is too large is read on for a moment, so that its sender sees the refusal."""

import asyncio
from collections.abc import MutableMapping
from typing import Any

import pytest

from gateway.bodies import DROPPED_BYTES_MAX, Body
from libs.common.http.refusals import BodyTooLarge

MIB = 1024 * 1024
CHUNKED: dict[str, Any] = {"headers": [(b"transfer-encoding", b"chunked")]}


class Sender:
    """Sends so many pieces of a mebibyte, and then the end of the body, or nothing more (`hangs`)."""

    def __init__(self, pieces: int, *, hangs: bool = False) -> None:
        self.left = pieces
        self.asked = 0
        self._hangs = hangs

    async def __call__(self) -> MutableMapping[str, Any]:
        self.asked += 1
        if self.left:
            self.left -= 1
        elif self._hangs:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": b" " * MIB, "more_body": self.left > 0 or self._hangs}


async def read(sender: Sender) -> None:
    body = Body(sender, MIB)
    await body.read(CHUNKED)
    assert body.content is not None
    assert not isinstance(body.content, bytes)
    async for _ in body.content:
        pass


async def test_the_rest_of_a_body_is_read_before_it_is_refused() -> None:
    sender = Sender(10)
    with pytest.raises(BodyTooLarge):
        await read(sender)
    assert sender.left == 0


async def test_nothing_is_awaited_behind_the_piece_that_ends_the_body() -> None:
    sender = Sender(1)
    with pytest.raises(BodyTooLarge):
        await Body(sender, MIB - 1).read(CHUNKED)
    assert sender.asked == 1


async def test_no_more_than_32_mebibytes_of_the_rest_are_read() -> None:
    sender = Sender(1_000)
    with pytest.raises(BodyTooLarge):
        await read(sender)
    assert sender.left == 1_000 - 2 - DROPPED_BYTES_MAX // MIB


async def test_a_sender_that_stops_is_refused_all_the_same() -> None:
    with pytest.raises(BodyTooLarge):
        await read(Sender(3, hangs=True))
