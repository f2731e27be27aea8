"""Writes the head and body of an answer together.

uvicorn writes them separately, and each write costs a system call and wakes the receiver.
"""

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class OneWrite:
    """A transport that sends everything written in one iteration of the loop with one system call."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._call_soon = loop.call_soon
        self._written: list[bytes] = []

    def write(self, data: bytes) -> None:
        """Buffer the data until this iteration of the loop ends."""
        if not self._written:
            self._call_soon(self._flush)
        self._written.append(data)

    def close(self) -> None:
        """Send the buffer, then close."""
        self._flush()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        """Use the real transport for everything else."""
        return getattr(self._transport, name)

    def _flush(self) -> None:
        if self._written and not self._transport.is_closing():
            self._transport.write(b"".join(self._written))
        self._written.clear()


class OneWriteProtocol(HttpToolsProtocol):
    """uvicorn's protocol with such a transport."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Wrap the transport of a new connection."""
        super().connection_made(cast(asyncio.Transport, OneWrite(transport, self.loop)))
