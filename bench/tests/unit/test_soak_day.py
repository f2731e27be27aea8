"""The load of a soak arrives at its rate whatever the answers take, on connections that are fresh enough."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import Any, cast

import pytest

from bench.load import Connection, Failed, Work
from bench.soak import day
from bench.soak.day import MIX, Connections, Day
from bench.works import Shop
from libs.testing.waiting import eventually

STALL_SECONDS = 0.3
Unit = Callable[[Connection], Awaitable[None]]


class FakeShop:
    """A shop in which every work is this one."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def connection(self, client: int) -> Connection:
        return Connection(port=client)

    def works(self, _: int) -> dict[str, Work]:
        return {kind: Work(self.connection, self._unit) for kind in MIX}


def day_of(unit: Unit) -> Day:
    return Day(cast(Shop, FakeShop(unit)), random.Random(1))  # noqa: S311 - the same day each time


async def test_works_begin_although_none_has_ended_and_wait_from_when_they_were_due() -> None:
    begun, all_begun = [0], asyncio.Event()

    async def wait_for_all(_: Connection) -> None:
        begun[0] += 1
        if begun[0] == 20:
            all_begun.set()
        await all_begun.wait()

    loaded = day_of(wait_for_all)
    await loaded.arrive(per_second=100, seconds=0.2)
    waited = sorted(latency for kind in loaded.window().latencies.values() for latency in kind)
    assert len(waited) == 20
    assert waited[-1] - waited[0] > 0.18


async def test_a_work_that_begins_late_has_waited_since_it_was_due() -> None:
    stalls = iter([STALL_SECONDS])

    async def stall_once(_: Connection) -> None:
        until = time.perf_counter() + next(stalls, 0)
        while time.perf_counter() < until:
            pass

    loaded = day_of(stall_once)
    await loaded.arrive(per_second=100, seconds=STALL_SECONDS)
    waited = [latency for kind in loaded.window().latencies.values() for latency in kind]
    assert sum(latency > STALL_SECONDS / 4 for latency in waited) > len(waited) / 2


async def test_works_that_find_no_room_count_as_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(day, "UNDER_WAY_MAX", 5)
    released = asyncio.Event()

    async def wait(_: Connection) -> None:
        await released.wait()

    loaded = day_of(wait)
    async with asyncio.TaskGroup() as tasks:
        arriving = tasks.create_task(loaded.arrive(per_second=1_000, seconds=0.02))
        await eventually(lambda: loaded.failures == 15)
        released.set()
    assert arriving.done()
    assert sum(map(len, loaded.window().latencies.values())) == 5


async def test_what_fails_is_counted_and_shown_once_in_a_while() -> None:
    async def fail(_: Connection) -> None:
        raise Failed("GET /: 503")

    loaded = day_of(fail)
    await loaded.arrive(per_second=1_000, seconds=0.01)
    window = loaded.window()
    assert (window.failures, window.first_errors) == (10, ["GET /: 503"] * 5)
    assert loaded.window().failures == 0


async def test_a_connection_is_used_again_until_it_is_too_old(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []

    def connect(number: int) -> Connection:
        made.append(number)
        return Connection(port=number)

    connections = Connections(connect)
    for _ in range(3):
        with connections.one():
            pass
    with connections.one(), connections.one():
        assert made == [1, 2]
    monkeypatch.setattr(day, "IDLE_SECONDS", 0.0)
    with connections.one():
        assert made == [1, 2, 3]
