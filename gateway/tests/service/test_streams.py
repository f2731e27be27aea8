"""Large bodies and answers are streamed, also when one side goes away in the middle."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from starlette.types import Message, Scope
from structlog.testing import capture_logs

from gateway.bodies import ClientGone
from gateway.proxy import Proxy
from gateway.routes import Route
from gateway.tests.service.conftest import Gateway
from gateway.tests.service.stubs import OK, Service, never, proxied, service, well
from gateway.tests.upstream import Upstream
from libs.common.http.refusals import BodyTooLarge
from libs.testing.waiting import eventually

HEAD = b"HTTP/1.1 200 OK\r\ncontent-length: 300000\r\n\r\n"
PIECE = b"x" * 100_000


class Client:
    """One request by hand: says pieces of its body when the test wants, and keeps what it is sent."""

    def __init__(self) -> None:
        self.says: asyncio.Queue[Message] = asyncio.Queue()
        self.heard: list[Message] = []

    async def send(self, message: Message) -> None:
        self.heard.append(message)

    def say(self, piece: bytes, *, more: bool) -> None:
        self.says.put_nowait({"type": "http.request", "body": piece, "more_body": more})

    def hang_up(self) -> None:
        self.says.put_nowait({"type": "http.disconnect"})

    @property
    def content(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.heard)

    @property
    def is_whole(self) -> bool:
        last = self.heard[-1] if self.heard else {"type": "nothing"}
        return last["type"] == "http.response.body" and not last.get("more_body", False)

    async def ask(
        self, served: Service, method: str = "PUT", *, length: int | None = None, seconds: float = 5.0
    ) -> None:
        async with proxied({"sales": served.address}, requests_max=1) as proxy:
            await self.ask_through(proxy, method, length=length, seconds=seconds)

    async def ask_through(
        self, proxy: Proxy, method: str, path: str = "/", *, length: int | None = None, seconds: float = 5.0
    ) -> None:
        headers = [] if length is None else [(b"content-length", b"%d" % length)]
        scope: Scope = {
            **{"type": "http", "method": method, "raw_path": path.encode(), "query_string": b""},
            **{"headers": headers, "client": ("192.0.2.1", 0), "scheme": "http"},
        }
        route = Route("/api/sales", "sales", frozenset(), timeout_seconds=seconds)
        await proxy.pass_on(route, scope, self.says.get, self.send)


@pytest.fixture
def client() -> Client:
    return Client()


async def test_an_answer_flows_before_it_is_whole(client: Client) -> None:
    go_on = asyncio.Event()

    async def slowly(writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + PIECE)
        await go_on.wait()
        writer.write(PIECE * 2)

    client.say(b"", more=False)
    async with service(slowly) as served, asyncio.TaskGroup() as group:
        group.create_task(client.ask(served))
        await eventually(lambda: client.content == PIECE)
        assert not client.is_whole
        go_on.set()
        await eventually(lambda: client.is_whole)
    assert client.content == PIECE * 3


@pytest.mark.parametrize("how", ["dies", "stalls"])
async def test_an_answer_that_breaks_off_is_never_ended_as_if_it_were_whole(how: str, client: Client) -> None:
    async def break_off(writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + PIECE)
        if how == "dies":
            writer.close()
        else:
            await writer.wait_closed()

    client.say(b"", more=False)
    async with service(break_off) as served:
        await client.ask(served, seconds=1.0)
    assert client.content == PIECE
    assert not client.is_whole


async def test_nothing_is_fetched_for_a_client_that_hung_up(client: Client) -> None:
    async def endlessly(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"5\r\nhello\r\n")
            await writer.drain()
            await asyncio.sleep(0)

    client.say(b"", more=False)
    async with service(endlessly) as served:
        asked = asyncio.ensure_future(client.ask(served))
        await eventually(lambda: client.content)
        client.hang_up()
        with pytest.raises(ClientGone):
            await asyncio.wait_for(asked, 30)
        await eventually(served.lines[0].is_closing)
    assert not client.is_whole


async def test_who_hangs_up_before_the_first_piece_met_no_bad_gateway(client: Client) -> None:
    async def at_work(writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD)
        await writer.wait_closed()

    client.say(b"", more=False)
    async with service(at_work) as served:
        asked = asyncio.ensure_future(client.ask(served))
        await eventually(lambda: client.heard)
        client.hang_up()
        with capture_logs() as lines, pytest.raises(ClientGone):
            await asyncio.wait_for(asked, 30)
    assert lines == []


async def test_a_client_that_hangs_up_early_does_not_stop_the_service(client: Client) -> None:
    """It would work on unheard: its slot tells how much it has to do."""

    async def at_work(writer: asyncio.StreamWriter) -> None:
        await done.wait()
        writer.write(OK)

    done = asyncio.Event()
    client.say(b"", more=False)
    client.hang_up()
    async with service(at_work) as served, asyncio.TaskGroup() as group:
        asked = group.create_task(client.ask(served))
        await eventually(lambda: served.asked == 1)
        assert not asked.done()
        assert not served.lines[0].is_closing()
        done.set()
        await asyncio.wait_for(asked, 30)


async def test_a_large_body_flows_before_it_is_whole(client: Client) -> None:
    seen = asyncio.Event()

    async def take(writer: asyncio.StreamWriter) -> None:
        await served.readers[-1].readexactly(len(PIECE))
        seen.set()
        await served.readers[-1].readexactly(len(PIECE))
        writer.write(OK)

    client.say(PIECE, more=True)
    async with service(take) as served, asyncio.TaskGroup() as group:
        group.create_task(client.ask(served, length=2 * len(PIECE)))
        await asyncio.wait_for(seen.wait(), 30)
        client.say(PIECE, more=False)
        await eventually(lambda: client.is_whole)
    assert b"content-length: 200000" in served.heads[0].lower()
    assert client.heard[0]["status"] == 200


async def test_no_service_waits_for_what_a_head_only_announced(client: Client) -> None:
    """It would take the rest from the next request on that connection, which may be somebody else's."""
    client.say(b"{}", more=False)
    async with service(well) as served:
        await client.ask(served, length=60)
    assert b"content-length: 2\r\n" in served.heads[0].lower()


async def test_slow_senders_and_slow_readers_hold_nobodys_slot() -> None:
    async def large(writer: asyncio.StreamWriter) -> None:
        if served.heads[-1].startswith(b"GET /large"):
            writer.write(HEAD + PIECE)
        elif served.heads[-1].startswith(b"GET"):
            writer.write(OK)
        else:
            await writer.wait_closed()

    sender, reader = Client(), Client()
    sender.say(PIECE, more=True)
    reader.say(b"", more=False)
    async with (
        service(large) as served,
        proxied({"sales": served.address}, requests_max=1) as proxy,
        asyncio.TaskGroup() as group,
    ):
        slow = [
            group.create_task(sender.ask_through(proxy, "PUT", length=2 * len(PIECE))),
            group.create_task(reader.ask_through(proxy, "GET", "/large")),
        ]
        await eventually(lambda: reader.content and served.asked == 2)
        for other in [Client() for _ in range(5)]:
            other.say(b"", more=False)
            await other.ask_through(proxy, "GET")
            assert other.heard[0]["status"] == 200
        assert not any(task.done() for task in slow)
        for task in slow:
            task.cancel()


async def test_a_shopper_who_sends_slowly_keeps_no_till_out(gateway: Gateway, upstream: Upstream) -> None:
    async def slowly() -> AsyncIterator[bytes]:
        yield PIECE
        slot_is_taken.set()
        await go_on.wait()
        yield PIECE

    async def in_pieces() -> AsyncIterator[bytes]:
        yield PIECE
        yield PIECE

    slot_is_taken, go_on = asyncio.Event(), asyncio.Event()
    shopper, another = upstream.token(role="USER"), upstream.token(role="USER", user_id=8)
    async with gateway(upstream_requests_max=1) as client, asyncio.TaskGroup() as group:
        slow = group.create_task(client.post("/sales/orders", content=slowly(), headers=shopper))
        await asyncio.wait_for(slot_is_taken.wait(), 30)
        till = await client.post("/api/sync/sales/", content=in_pieces(), headers=upstream.token())
        other = await client.post("/sales/orders", content=in_pieces(), headers=another)
        small = await client.post("/sales/orders", headers=another)
        go_on.set()
    assert (till.status_code, other.status_code, small.status_code) == (200, 503, 200)
    assert (await slow).status_code == 200


async def test_a_client_that_hangs_up_while_sending_is_not_the_services_fault(client: Client) -> None:
    client.say(PIECE, more=True)
    client.hang_up()
    async with service(never) as served:
        with pytest.raises(ClientGone):
            await client.ask(served, length=2 * len(PIECE))
    assert client.heard == []


async def test_a_body_of_unknown_length_is_cut_off_at_the_limit(client: Client) -> None:
    for _ in range(20):
        client.say(PIECE, more=True)
    async with service(never) as served:
        with pytest.raises(BodyTooLarge):
            await client.ask(served)
    assert client.heard == []


async def test_an_answer_may_come_before_the_body_is_whole(client: Client) -> None:
    async def refuse(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 403 No\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}")

    client.say(PIECE, more=True)
    async with service(refuse) as served:
        await client.ask(served, length=2 * len(PIECE))
    assert client.is_whole
    assert client.heard[0]["status"] == 403
