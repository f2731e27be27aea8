"""The gateway as a real process under real bytes, with limits that a test can wait for."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from gateway.tests.upstream import Upstream, told
from libs.servers.processes import free_ports
from libs.testing.waiting import eventually

START_SECONDS = 30
ANSWER_SECONDS = 15


@dataclass(frozen=True)
class Answer:
    """One answer as it came over the wire; `status` 0 is none at all."""

    status: int
    head: str
    body: bytes


@dataclass(frozen=True)
class RunningGateway:
    """A process, its public port and the one for its health."""

    process: asyncio.subprocess.Process
    port: int
    internal_port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def connect(self, source: str = "127.0.0.1") -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port, local_addr=(source, 0))

    async def exchange(self, data: bytes, source: str = "127.0.0.1") -> bytes:
        """Send bytes as they are; everything that comes back until the gateway closes."""
        reader, writer = await self.connect(source)
        try:
            writer.write(data)
            async with asyncio.timeout(ANSWER_SECONDS):
                return await _all(reader)
        finally:
            writer.close()

    async def ask(self, line: bytes, *headers: bytes, body: bytes = b"", source: str = "127.0.0.1") -> Answer:
        """One request, byte for byte, on a connection that ends with it, from an address of this machine."""
        head = b"\r\n".join((line, b"Host: shop", *headers, b"Connection: close", b"", b""))
        return parsed(await self.exchange(head + body, source))


def parsed(raw: bytes) -> Answer:
    """The first answer in these bytes."""
    head, _, body = raw.partition(b"\r\n\r\n")
    found = re.match(rb"HTTP/1\.1 (\d{3})", head)
    return Answer(int(found[1]) if found else 0, head.decode("latin-1"), body)


async def _all(reader: asyncio.StreamReader) -> bytes:
    """Return what was sent before the connection ended, also by a reset."""
    received = b""
    try:
        while piece := await reader.read(65536):
            received += piece
    except ConnectionResetError:
        return received
    return received


@asynccontextmanager
async def a_process(
    module: str, environment: Mapping[str, object]
) -> AsyncIterator[asyncio.subprocess.Process]:
    """`python -m module`, ended with the block."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        env={name.upper(): str(value) for name, value in environment.items()},
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@asynccontextmanager
async def running_gateway(
    upstream: Upstream, folder: Path, **settings: object
) -> AsyncIterator[RunningGateway]:
    """A gateway that is ready."""
    ports = dict(zip(("port", "internal_port"), free_ports(2), strict=True))
    async with a_process("gateway.main", told(upstream, folder, **ports, **settings)) as process:
        await ready(f"http://127.0.0.1:{ports['internal_port']}")
        assert process.returncode is None, "another process answers on its port"
        yield RunningGateway(process, **ports)


async def ready(url: str) -> None:
    """Wait until the process there says that it is."""

    async def is_ready() -> bool:
        try:
            return (await client.get("/readyz")).status_code == 200
        except httpx.TransportError:
            return False

    async with httpx.AsyncClient(base_url=url, timeout=START_SECONDS) as client:
        await eventually(is_ready, START_SECONDS)
