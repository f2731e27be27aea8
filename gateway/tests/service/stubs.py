"""Services that hang, die or talk nonsense on real ports, and the real proxy in front of them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
from starlette.types import Receive, Scope, Send

from gateway.proxy import Proxy
from gateway.routes import Route
from gateway.wordings import dialect_of
from libs.common.errors import DomainError
from libs.common.http.door import as_response

NOBODY = "http://127.0.0.1:9"
OK = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"
Script = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Service:
    """A server on a real port that does with each request what the test says."""

    answer: Script
    heads: list[bytes] = field(default_factory=list)
    lines: list[asyncio.StreamWriter] = field(default_factory=list)
    readers: list[asyncio.StreamReader] = field(default_factory=list)
    address: str = ""

    @property
    def asked(self) -> int:
        return len(self.heads)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.lines.append(writer)
        self.readers.append(reader)
        try:
            while not writer.is_closing():
                self.heads.append(await reader.readuntil(b"\r\n\r\n"))
                await self.answer(writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


async def well(writer: asyncio.StreamWriter) -> None:
    writer.write(OK)


async def never(writer: asyncio.StreamWriter) -> None:
    await writer.wait_closed()


async def hang_up(writer: asyncio.StreamWriter) -> None:
    writer.close()


def says(content: bytes) -> Script:
    async def say(writer: asyncio.StreamWriter) -> None:
        writer.write(content)
        await writer.drain()
        writer.close()

    return say


@asynccontextmanager
async def service(answer: Script) -> AsyncIterator[Service]:
    served = Service(answer)
    server = await asyncio.start_server(served.serve, "127.0.0.1", 0)
    served.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield served
        for line in served.lines:
            line.transport.abort()


class Door:
    """Passes `/api/<service>` on to the service; a refusal is told in the dialect of its path."""

    def __init__(self, proxy: Proxy, seconds: float) -> None:
        self.proxy = proxy
        self.seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        name = scope["path"].split("/")[2]
        route = Route(f"/api/{name}", name, frozenset(), timeout_seconds=self.seconds)
        try:
            await self.proxy.pass_on(route, scope, receive, send)
        except DomainError as error:
            await as_response(dialect_of(scope["path"]).refusal(error))(scope, receive, send)


@asynccontextmanager
async def proxied(addresses: dict[str, str], *, requests_max: int) -> AsyncIterator[Proxy]:
    proxy = Proxy(addresses, requests_max=requests_max, upload_seconds=5.0)
    await proxy.open()
    try:
        yield proxy
    finally:
        await proxy.close()


@asynccontextmanager
async def through(
    addresses: dict[str, str], *, requests_max: int = 100, seconds: float = 5.0
) -> AsyncIterator[httpx.AsyncClient]:
    async with proxied(addresses, requests_max=requests_max) as proxy:
        transport = httpx.ASGITransport(Door(proxy, seconds))
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
            yield client
