"""A gate in front of a server: takes PostgreSQL or RabbitMQ away from one client alone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self

from yarl import URL

from libs.common.db.database import Database
from libs.common.errors import Unavailable
from libs.common.messaging.broker import Broker


class Gate:
    """Passes bytes to a server while it is open. Shutting it resets every connection and refuses new ones."""

    def __init__(self, url: str) -> None:
        self._target = URL(url)
        self._open = True
        self._writers: set[asyncio.StreamWriter] = set()
        self.url = ""

    def shut(self) -> None:
        """The server is away."""
        self._open = False
        for writer in self._writers:
            writer.transport.abort()

    def open(self) -> None:
        """The server is back."""
        self._open = True

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._open:
            writer.transport.abort()
            return
        server_reader, server_writer = await asyncio.open_connection(self._target.host, self._target.port)
        ends = {writer, server_writer}
        self._writers |= ends
        try:
            async with asyncio.TaskGroup() as both_ways:
                both_ways.create_task(_pump(reader, server_writer))
                both_ways.create_task(_pump(server_reader, writer))
        finally:
            self._writers -= ends

    @classmethod
    @asynccontextmanager
    async def before(cls, url: str) -> AsyncIterator[Self]:
        """An open gate; `gate.url` leads through it."""
        gate = cls(url)
        server = await asyncio.start_server(gate._serve, "127.0.0.1", 0)
        gate.url = str(gate._target.with_host("127.0.0.1").with_port(server.sockets[0].getsockname()[1]))
        try:
            yield gate
        finally:
            gate.shut()
            server.close()


async def is_away(part: Broker | Database) -> bool:
    """Whether it notices that its server is away."""
    try:
        await part.ping()
    except Unavailable:
        return True
    return False


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        return  # the gate was shut, or one side went away
    finally:
        writer.close()
