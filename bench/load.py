"""The load: clients in a closed loop, on cheap kept-alive connections."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

ERRORS_KEPT = 5


class Failed(Exception):
    """An answer had an unexpected status."""


class Connection:
    """One kept-alive HTTP/1.1 connection, hand-written so that the client uses little CPU."""

    def __init__(self, port: int, token: str | None = None) -> None:
        self._port = port
        self.token = token
        self._headers = f"Host: 127.0.0.1:{port}\r\n"
        if token:
            self._headers += f"Authorization: Bearer {token}\r\n"
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def call(self, method: str, path: str, body: object = None, *, expect: int) -> Any:
        """Send a request and return the answer's JSON. Raises `Failed` unless the status is `expect`."""
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port, limit=1 << 22)
        assert self._reader is not None
        content = b"" if body is None else json.dumps(body).encode()
        head = f"{method} {path} HTTP/1.1\r\n{self._headers}"
        if body is not None:
            head += f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n"
        self._writer.write(head.encode() + b"\r\n" + content)
        try:
            status, answer = await self._answer(self._reader)
        except (OSError, asyncio.IncompleteReadError) as error:
            self.close()
            raise Failed(f"{method} {path}: {error!r}") from error
        if status != expect:
            raise Failed(f"{method} {path}: {status} {answer[:200]!r}")
        return json.loads(answer) if answer else None

    def close(self) -> None:
        """Close the connection; the next call opens it again."""
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None

    async def _answer(self, reader: asyncio.StreamReader) -> tuple[int, bytes]:
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status = int(lines[0].split()[1])
        headers = {
            name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])
        }
        if headers.get("transfer-encoding", "").lower() == "chunked":
            answer = await _chunks(reader)
        else:
            answer = await reader.readexactly(int(headers.get("content-length", 0)))
        if headers.get("connection", "").lower() == "close":
            self.close()
        return status, answer


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    content = bytearray()
    while size := int((await reader.readline()).split(b";")[0], 16):
        content += (await reader.readexactly(size + 2))[:-2]
    await reader.readexactly(2)
    return bytes(content)


@dataclass(frozen=True, slots=True)
class Work:
    """A kind of work: the connection of the n-th client, and the calls for one unit (a sale, a read)."""

    connect: Callable[[int], Connection]
    unit: Callable[[Connection], Awaitable[None]]


@dataclass(slots=True)
class Outcome:
    """The result of a closed loop: seconds per unit, and the failures."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    failures: int = 0
    first_errors: list[str] = field(default_factory=list)

    @classmethod
    def of_all(cls, outcomes: Sequence["Outcome"]) -> "Outcome":
        """The outcomes of several loops as one."""
        return cls(
            seconds=sum(each.seconds for each in outcomes),
            latencies=[latency for each in outcomes for latency in each.latencies],
            failures=sum(each.failures for each in outcomes),
            first_errors=[error for each in outcomes for error in each.first_errors],
        )

    @property
    def units(self) -> int:
        """The number of units done."""
        return len(self.latencies)


async def closed_loop(work: Work, clients: int, seconds: float) -> Outcome:
    """Run `clients` that do one unit after the other for `seconds`."""
    outcome = Outcome()
    started = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(clients):
            group.create_task(_client(work, number, started + seconds, outcome))
    outcome.seconds = time.perf_counter() - started
    return outcome


async def _client(work: Work, number: int, end: float, outcome: Outcome) -> None:
    with closing(work.connect(number)) as connection:
        while (began := time.perf_counter()) < end:
            try:
                await work.unit(connection)
            except Failed as error:
                outcome.failures += 1
                if len(outcome.first_errors) < ERRORS_KEPT:
                    outcome.first_errors.append(str(error))
            else:
                outcome.latencies.append(time.perf_counter() - began)
