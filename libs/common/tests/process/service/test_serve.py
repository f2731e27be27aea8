"""A real process under real signals and real bytes: nothing in flight is lost, nothing malformed is a 500."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from libs.common.process.serve import SHUTDOWN_TIMEOUT_SECONDS
from libs.common.settings import DRAIN_SECONDS_MAX
from libs.servers.processes import free_ports
from libs.testing.traces import collector


@dataclass
class Running:
    """The process, what it has logged so far, and its port."""

    process: asyncio.subprocess.Process
    port: int
    lines: list[dict[str, Any]] = field(default_factory=list)

    async def logged(self, event: str) -> None:
        """Read the log until it tells of the event (a part of its text)."""
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.lines.append(json.loads(line))
            if event in self.lines[-1]["event"]:
                return
        raise AssertionError(f"the process ended without {event}: {self.lines}")

    async def exchange(self, data: bytes) -> bytes:
        """Send bytes as they are; everything that comes back until the connection is closed."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(data)
        answer = await reader.read()
        writer.close()
        return answer


@asynccontextmanager
async def a_process(endpoint: str = "", *, drain_seconds: float = 0.5) -> AsyncIterator[Running]:
    """A process, which sends its traces to the endpoint, if any."""
    [port] = free_ports(1)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "libs.common.tests.process.service.process",
        *(str(port), "--drain-seconds", str(drain_seconds)),
        *(("--collector", endpoint) if endpoint else ()),
        stdout=asyncio.subprocess.PIPE,
    )
    running = Running(process, port)
    try:
        await running.logged("Uvicorn running")
        yield running
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@pytest.fixture
async def running() -> AsyncIterator[Running]:
    """A process that the test may end."""
    async with a_process() as process:
        yield process


@pytest.fixture
async def slow_to_end() -> AsyncIterator[Running]:
    """A process that drains for as long as one may, so that also a busy machine asks it meanwhile."""
    async with a_process(drain_seconds=DRAIN_SECONDS_MAX) as process:
        yield process


@pytest.fixture(scope="module")
async def serving() -> AsyncIterator[Running]:
    """One process for all tests that leave it running."""
    async with a_process() as process:
        yield process


async def test_a_process_that_ends_sends_its_last_spans_first() -> None:
    with collector() as collected:
        async with a_process(collected.url) as running, httpx.AsyncClient(timeout=30) as client:
            await client.post(f"http://127.0.0.1:{running.port}/api/tasks/", json={})
            running.process.send_signal(signal.SIGTERM)
            await asyncio.wait_for(running.process.wait(), 30)
            assert [span.name for span in collected.spans()] == ["POST /api/tasks/"]


async def half_asked(running: Running) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection on which a request has begun; the last byte of its body is missing."""
    reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
    writer.write(b"POST /api/tasks/ HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{")
    await writer.drain()
    return reader, writer


async def test_a_request_in_flight_is_answered_before_the_process_ends(running: Running) -> None:
    reader, writer = await half_asked(running)
    running.process.send_signal(signal.SIGTERM)
    await running.logged("Shutting down")
    writer.write(b"}")
    answer = await reader.read()
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert answer.endswith(b'{"done":true}')
    writer.close()


async def test_it_ends_in_order_consumers_before_parts(running: Running) -> None:
    running.process.send_signal(signal.SIGTERM)
    await running.logged("Finished server process")
    ours = {"parts_opened", "started", "consumer_ended", "parts_closed", "stopped"}
    events = [line["event"] for line in running.lines if line["event"] in ours]
    assert events == ["parts_opened", "started", "consumer_ended", "parts_closed", "stopped"]


async def test_it_says_not_ready_before_it_stops_listening(slow_to_end: Running) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{slow_to_end.port}", timeout=30) as client:
        before = await client.get("/readyz")
        slow_to_end.process.send_signal(signal.SIGTERM)
        after = await client.get("/readyz")
    assert (before.status_code, after.status_code) == (200, 503)
    assert after.json()["checks"] == {"process": "shutting down"}


async def test_a_kept_connection_is_answered_while_it_drains_and_told_to_close(slow_to_end: Running) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", slow_to_end.port)
    ask = b"POST /api/tasks/ HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"
    writer.write(ask)
    before = await reader.readuntil(b'{"done":true}')
    slow_to_end.process.send_signal(signal.SIGTERM)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{slow_to_end.port}", timeout=30) as client:
        unready = await client.get("/readyz")
    writer.write(ask)
    after = await reader.read()  # to the end of the connection
    assert unready.status_code == 503
    assert b"connection: close" not in before
    assert after.startswith(b"HTTP/1.1 200 OK")
    assert after.count(b"connection: close") == 1
    writer.close()


async def test_a_second_interrupt_does_not_wait_for_a_request_in_flight(running: Running) -> None:
    _, writer = await half_asked(running)
    running.process.send_signal(signal.SIGINT)
    await running.logged("Shutting down")
    running.process.send_signal(signal.SIGINT)
    async with asyncio.timeout(SHUTDOWN_TIMEOUT_SECONDS / 2):
        await running.process.wait()
    writer.close()


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        (b"GET /api/%ff%fe/ HTTP/1.1", b"404"),
        (b"GET /api/orders/%00/ HTTP/1.1", b"404"),
        (b"GET /api/\xff/ HTTP/1.1", b"4"),
        (b"GET http://x:y:z/ HTTP/1.1", b"4"),
        (b"GET /livez HTTP/9.9", b"4"),
        (b"POST /api/tasks/ HTTP/1.1\r\nContent-Length: x", b"400"),
        (b"POST /api/tasks/ HTTP/1.1\r\nContent-Length: 99999999", b"413"),
        (b"POST /api/tasks/ HTTP/1.1\r\nContent-Length: 2\r\nTransfer-Encoding: chunked", b"400"),
    ],
)
async def test_malformed_requests_are_refused(serving: Running, request_line: bytes, status: bytes) -> None:
    answer = await serving.exchange(request_line + b"\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 " + status)


async def test_a_chunked_body_over_the_limit_is_refused(serving: Running) -> None:
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    head = b"POST /api/tasks/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    answer = await serving.exchange(head + chunk * 17 + b"0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 413")


async def test_a_head_is_answered_without_a_body_and_its_connection_goes_on(serving: Running) -> None:
    head, last = b"HEAD /api/tasks/ HTTP/1.1\r\nHost: x\r\n", b"Connection: close\r\n"
    answers = await serving.exchange((head + b"\r\n") * 2 + head + last + b"\r\n")
    *heads, body = answers.split(b"\r\n\r\n")
    assert [answer[:12] for answer in heads] == [b"HTTP/1.1 405"] * 3
    assert b"\r\ncontent-length: " in heads[0]
    assert body == b""


async def test_everything_it_says_is_json(running: Running) -> None:
    running.process.send_signal(signal.SIGTERM)
    await running.logged("Finished server process")
    assert {line["service"] for line in running.lines} == {"process"}
