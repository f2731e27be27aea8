"""Reads a request's body: whole if it is small, else as a stream to the service."""

import asyncio
from collections.abc import AsyncIterator, MutableMapping
from contextlib import suppress
from typing import Any

from starlette.types import Receive, Scope

from libs.common.http.refusals import BodyTooLarge

WHOLE_BODY_BYTES_MAX = 64 * 1024
"""Up to this size a body is read before it is sent on: cheaper than a stream, and it can be repeated."""

DROPPING_SECONDS = 1.0
DROPPED_BYTES_MAX = 32 * 1024 * 1024
"""What is read at most of a body that is too large, before it is refused."""


class ClientGone(Exception):
    """The client disconnected before its body was complete."""


class Body:
    """A request's body. `content`, set by `read`, is bytes, a stream, or None without a body."""

    def __init__(self, receive: Receive, bytes_max: int) -> None:
        self._receive = receive
        self._bytes_max = bytes_max
        self._size = 0
        self.is_whole = False
        self.content: bytes | AsyncIterator[bytes] | None = None
        self.refusal: BodyTooLarge | ClientGone | None = None
        """The reason why a stream broke off, stored because the HTTP client hides it in its own error."""

    async def read(self, scope: Scope) -> None:
        """Read a small body, or the start of a large one. Raises `BodyTooLarge` and `ClientGone`."""
        if _announced(scope) > self._bytes_max:
            raise self._refused(BodyTooLarge(self._bytes_max))
        start = b""
        while not self.is_whole:
            start += await self._piece()
            if len(start) > WHOLE_BODY_BYTES_MAX:
                self.content = self._stream(start)
                return
        self.content = start or None

    async def _stream(self, start: bytes) -> AsyncIterator[bytes]:
        yield start
        while not self.is_whole:
            yield await self._piece()

    async def _piece(self) -> bytes:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            raise self._refused(ClientGone())
        piece: bytes = message.get("body", b"")
        self._size += len(piece)
        if self._size > self._bytes_max:
            if message.get("more_body", False):
                await self._drop_rest()
            raise self._refused(BodyTooLarge(self._bytes_max))
        self.is_whole = not message.get("more_body", False)
        return piece

    async def _drop_rest(self) -> None:
        """Read on for a moment: a client that is still sending would find a reset in place of the answer."""
        dropped = 0
        message: MutableMapping[str, Any] = {"more_body": True}
        with suppress(TimeoutError):
            async with asyncio.timeout(DROPPING_SECONDS):
                while message.get("more_body", False) and dropped < DROPPED_BYTES_MAX:
                    message = await self._receive()
                    dropped += len(message.get("body", b""))

    def _refused(self, refusal: BodyTooLarge | ClientGone) -> BodyTooLarge | ClientGone:
        self.refusal = refusal
        return refusal


def _announced(scope: Scope) -> int:
    """The length in the head; one that is no number has been refused before."""
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value)
    return 0
