"""The load of a shop's day: works in a mix, that arrive at a constant rate whatever the answers take."""

import asyncio
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from bench.load import ERRORS_KEPT, Connection, Failed, Outcome, Work, closed_loop
from bench.works import Shop

MIX: Mapping[str, int] = {
    "detail": 34,
    "list": 20,
    "sale": 22,
    "customer": 12,
    "checkout": 8,
    "points": 2,
    "report": 2,
}
"""First word of a work → how many of a hundred."""
LIST_LENGTH = 50
UNDER_WAY_MAX = 180
"""More works at a time are not begun, and count as failed. The gateway has 200 connections for an address."""
CONNECTION_SECONDS = 300.0
"""A connection is replaced after this time, so that its token never expires."""
IDLE_SECONDS = 30.0
"""A connection is not used again after this time, sooner than the gateway closes it."""


@dataclass(slots=True)
class Window:
    """What became of the works that ended within some seconds: work → its latencies, and the failures."""

    latencies: dict[str, list[float]] = field(default_factory=lambda: {kind: [] for kind in MIX})
    failures: int = 0
    first_errors: list[str] = field(default_factory=list)

    def fail(self, why: str) -> None:
        """Count a failure."""
        self.failures += 1
        if len(self.first_errors) < ERRORS_KEPT:
            self.first_errors.append(why)


class Connections:
    """Connections of one sort that are free; one that is too old is replaced."""

    def __init__(self, connect: Callable[[int], Connection]) -> None:
        self.connect = connect
        self._made = 0
        self._free: list[_Free] = []

    @contextmanager
    def one(self) -> Iterator[Connection]:
        """A connection that nobody else uses within the block."""
        taken = self._take()
        try:
            yield taken.connection
        finally:
            self._free.append(replace(taken, used_at=time.monotonic()))

    def close(self) -> None:
        """Close those that are free."""
        for free in self._free:
            free.connection.close()
        self._free.clear()

    def _take(self) -> "_Free":
        """The one that was used last, so that those that are not needed grow old."""
        now = time.monotonic()
        while self._free:
            free = self._free.pop()
            if now - free.made_at < CONNECTION_SECONDS and now - free.used_at < IDLE_SECONDS:
                return free
            free.connection.close()
        self._made += 1
        return _Free(self.connect(self._made), made_at=now, used_at=now)


@dataclass(frozen=True, slots=True)
class _Free:
    """A connection, and when it was made and used last."""

    connection: Connection
    made_at: float
    used_at: float


class Day:
    """Does works of the mix, and counts what became of them since the last `window`."""

    def __init__(self, shop: Shop, randomness: random.Random) -> None:
        self._works = {name.split()[0]: work for name, work in shop.works(LIST_LENGTH).items()}
        self._randomness = randomness
        self._employees = Connections(shop.connection)
        self._owner = Connections(self._works["report"].connect)
        self._window = Window()
        self._under_way = 0

    def take_over(self, shop: Shop) -> None:
        """From now on connect as `shop` does, whose tokens are newer."""
        self._employees.connect = shop.connection
        self._owner.connect = shop.works(LIST_LENGTH)["report"].connect

    @property
    def failures(self) -> int:
        """How many works have failed since the last window."""
        return self._window.failures

    def window(self) -> Window:
        """What became of the works since the last call."""
        ended, self._window = self._window, Window()
        return ended

    async def saturate(self, clients: int, seconds: float) -> Outcome:
        """Clients that do one work after the other: their rate is the capacity of the machine."""
        mixed = Work(self._employees.connect, lambda _: self._do(self._next_kind()))
        return await closed_loop(mixed, clients, seconds)

    async def arrive(self, per_second: float, seconds: float) -> None:
        """Begin a work every 1 / `per_second` s for `seconds`, and wait until all have ended.

        A latency is counted from the moment when the work was due: a suite that stalls delays nothing of
        the load, and the stall is in every latency that it touches.
        """
        began = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for number in range(int(per_second * seconds)):
                due = began + number / per_second
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                if self._under_way < UNDER_WAY_MAX:
                    group.create_task(self._note(self._next_kind(), due))
                else:
                    self._window.fail(f"not begun: {UNDER_WAY_MAX} works are under way")

    def close(self) -> None:
        """Close the connections."""
        self._employees.close()
        self._owner.close()

    async def _note(self, kind: str, due: float) -> None:
        self._under_way += 1
        try:
            await self._do(kind)
        except Failed as error:
            self._window.fail(str(error))
        else:
            self._window.latencies[kind].append(time.perf_counter() - due)
        finally:
            self._under_way -= 1

    async def _do(self, kind: str) -> None:
        connections = self._owner if kind == "report" else self._employees
        with connections.one() as connection:
            await self._works[kind].unit(connection)

    def _next_kind(self) -> str:
        [kind] = self._randomness.choices(list(MIX), list(MIX.values()))
        return kind
