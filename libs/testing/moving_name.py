"""A service under a name whose address changes, as that of a container that is replaced."""

import socket
from collections.abc import Awaitable, Callable

import aiohttp
import pytest
from aiohttp import web
from aiohttp.abc import ResolveResult
from aiohttp.test_utils import TestServer

FORMER, NEW = "127.0.0.2", "127.0.0.3"


async def answers_around_a_move(
    monkeypatch: pytest.MonkeyPatch, ask: Callable[[str], Awaitable[str]]
) -> list[str]:
    """What `ask` hears from the service, told its URL, before and after it has moved.

    A server answers with its address. After the move another service has the former one.
    """
    address = FORMER

    async def resolve(_: object, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        flags = socket.AI_NUMERICHOST
        return [ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=flags)]

    monkeypatch.setattr(aiohttp.ThreadedResolver, "resolve", resolve)
    async with _server(FORMER) as service:
        port = service.port
        url = f"http://sales:{port}"
        before = await ask(url)
    address = NEW
    async with _server(FORMER, port), _server(NEW, port):
        return [before, await ask(url)]


def _server(address: str, port: int | None = None) -> TestServer:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(text=address)

    app = web.Application()
    app.router.add_get("/", answer)
    return TestServer(app, host=address, port=port)
