"""The client of the management API repeats what got no answer, up to a deadline, and tells what failed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from libs.common.commands import CommandFailed
from libs.common.messaging import management
from libs.common.messaging.management import Management, ManagementSettings, connected_management

Handle = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def api_at(handle: Handle) -> AsyncIterator[Management]:
    """A client of an API that is this function."""
    runner = web.ServerRunner(web.Server(handle), shutdown_timeout=0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    settings = ManagementSettings(
        amqp_url="amqp://boss:secret@127.0.0.1/shop%2Fone",
        amqp_management_url=f"http://127.0.0.1:{port_of(site)}",
    )
    try:
        async with connected_management(settings) as api:
            yield api
    finally:
        await runner.cleanup()


def port_of(site: web.TCPSite) -> int:
    server = site._server
    assert isinstance(server, asyncio.Server)
    port: int = server.sockets[0].getsockname()[1]
    return port


@asynccontextmanager
async def api_that_answers(
    answers: list[web.Response | None],
) -> AsyncIterator[tuple[Management, list[str]]]:
    """A client of an API with these answers (None: the connection breaks), and the requests that came."""
    asked: list[str] = []

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        asked.append(f"{request.method} {request.raw_path} {request.headers['Authorization'][:6]}")
        answer = answers.pop(0)
        if answer is None:
            assert request.transport
            request.transport.close()
            return web.Response()
        return answer

    async with api_at(handle) as api:
        yield api, asked


OVERLOADED = 503


async def test_a_request_without_an_answer_is_repeated() -> None:
    answers = [None, web.Response(status=OVERLOADED), web.json_response([{"name": "erp"}])]
    async with api_that_answers(answers) as (api, asked):
        assert await api.find("users") == [{"name": "erp"}]
    assert asked == ["GET /api/users Basic "] * 3


async def test_what_gets_no_answer_at_all_fails_with_one_line() -> None:
    async with api_that_answers([web.Response(status=OVERLOADED) for _ in range(9)]) as (api, asked):
        with pytest.raises(
            CommandFailed, match=r"^RabbitMQ's management API at http://.*: status 503\. [^\n]*$"
        ):
            await api.delete("users", "erp")
    assert len(asked) == management.ATTEMPTS_MAX


async def test_an_answer_is_not_awaited_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(management, "REQUEST_SECONDS", 0.05)
    monkeypatch.setattr(management, "ATTEMPTS_MAX", 1)
    ended = asyncio.Event()

    async def hang(_: web.BaseRequest) -> web.StreamResponse:
        await ended.wait()
        return web.Response()

    async with api_at(hang) as api:
        with pytest.raises(CommandFailed, match=r"no answer in 0\.05 s"):
            await api.find("users")
        ended.set()


async def test_a_refusal_is_told_and_not_repeated() -> None:
    refusal = web.json_response({"error": "bad_request", "reason": "inequivalent arg"}, status=400)
    async with api_that_answers([refusal]) as (api, asked):
        with pytest.raises(CommandFailed, match=r"^RabbitMQ refuses: inequivalent arg$"):
            await api.put({}, "queues", api.vhost, "erp")
    assert asked == ["PUT /api/queues/shop%2Fone/erp Basic "]


async def test_what_is_not_there_is_none_and_needs_no_deleting() -> None:
    async with api_that_answers([web.Response(status=404), web.Response(status=404)]) as (api, _):
        assert await api.find("users", "erp") is None
        await api.delete("users", "erp")


async def test_an_exchange_that_is_not_there_cannot_be_bound_to() -> None:
    binding = {"source": "events", "destination": "erp", "routing_key": "#"}
    answer = web.json_response({"error": "not_found", "reason": "no exchange 'events'"}, status=404)
    async with api_that_answers([answer]) as (api, _):
        with pytest.raises(CommandFailed, match="no exchange 'events'"):
            await api.bind(binding)


@pytest.mark.parametrize(
    ("amqp_url", "management_url"),
    [
        ("amqp://boss:x@broker.example:5673/", "http://broker.example:15672"),
        ("amqps://boss:x@broker.example/", "https://broker.example:15671"),
    ],
)
async def test_by_default_it_is_asked_at_the_usual_port(amqp_url: str, management_url: str) -> None:
    async with connected_management(ManagementSettings(amqp_url=amqp_url)) as api:
        assert (api.url, api.vhost) == (management_url, "/")
