"""A socket is watched until its connection ends, in both event loops."""

import asyncio
import gc
import socket
import struct
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import psycopg
import pytest
import uvloop

from libs.common.db.arrivals import Arrivals
from libs.testing.descriptors import open_descriptors

Run = Callable[[Coroutine[Any, Any, None]], None]
Pair = tuple[socket.socket, socket.socket]
ROUNDS = 10
RESET = struct.pack("ii", 1, 0)
TOLD_SECONDS = 5

pytestmark = pytest.mark.parametrize("run", [asyncio.run, uvloop.run], ids=["asyncio", "uvloop"])


@pytest.fixture
def ours_and_theirs() -> Iterator[Pair]:
    ours, theirs = socket.socketpair()
    ours.settimeout(0)
    with ours, theirs:
        yield ours, theirs


async def rounds_of_the_loop() -> None:
    for _ in range(ROUNDS):
        await asyncio.sleep(0)


async def received(arrivals: Arrivals, ours: socket.socket) -> bytes:
    while True:
        await arrivals.next()
        try:
            return ours.recv(10)
        except BlockingIOError:
            continue


def test_each_answer_is_told(run: Run, ours_and_theirs: Pair) -> None:
    ours, theirs = ours_and_theirs

    async def answered() -> None:
        arrivals = Arrivals(ours.fileno())
        for answer in (b"one", b"two"):
            told = asyncio.ensure_future(received(arrivals, ours))
            await rounds_of_the_loop()
            assert not told.done()
            theirs.send(answer)
            assert await told == answer
        arrivals.close()

    run(answered())


def test_one_that_came_before_it_was_awaited_is_told(run: Run, ours_and_theirs: Pair) -> None:
    ours, theirs = ours_and_theirs

    async def early() -> None:
        arrivals = Arrivals(ours.fileno())
        theirs.send(b"early")
        await arrivals.next()
        await rounds_of_the_loop()  # not read: the watch has ended meanwhile
        await arrivals.next()
        arrivals.close()

    run(early())


def test_what_nobody_reads_keeps_no_loop_busy(
    run: Run, ours_and_theirs: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = ours_and_theirs
    told = 0
    arrived = Arrivals._arrived

    def counted(arrivals: Arrivals) -> None:
        nonlocal told
        told += 1
        arrived(arrivals)

    monkeypatch.setattr(Arrivals, "_arrived", counted)

    async def ended_while_idle() -> None:
        arrivals = Arrivals(ours.fileno())
        theirs.send(b"answer")
        await received(arrivals, ours)
        theirs.close()
        await rounds_of_the_loop()
        arrivals.close()

    run(ended_while_idle())
    assert told <= 4, "at most once more than it was awaited and found, each time"


def test_an_answer_whose_connection_was_reset_is_told_to_its_end(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        ours = socket.create_connection(server.getsockname())
        theirs, _ = server.accept()
    ours.settimeout(0)

    async def in_pieces() -> None:
        arrivals = Arrivals(ours.fileno())
        theirs.send(b"the first, the last.")
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        theirs.close()
        async with asyncio.timeout(TOLD_SECONDS):
            assert await received(arrivals, ours) == b"the first,"
            assert await received(arrivals, ours) == b" the last."
            with pytest.raises(ConnectionResetError):
                await received(arrivals, ours)
        arrivals.close()

    with ours:
        run(in_pieces())


def test_who_still_awaits_an_answer_is_told_of_the_end(run: Run, ours_and_theirs: Pair) -> None:
    ours, _ = ours_and_theirs

    async def closed_meanwhile() -> None:
        arrivals = Arrivals(ours.fileno())
        told = arrivals.next()
        arrivals.close()
        async with asyncio.timeout(TOLD_SECONDS):
            with pytest.raises(psycopg.OperationalError):
                await told

    run(closed_meanwhile())


def test_an_end_that_nobody_awaits_any_more_is_no_fault(run: Run, ours_and_theirs: Pair) -> None:
    ours, _ = ours_and_theirs
    faults: list[dict[str, Any]] = []

    async def left() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, fault: faults.append(fault))
        arrivals = Arrivals(ours.fileno())
        arrivals.next()
        arrivals.close()

    run(left())
    gc.collect()
    assert faults == []


def test_the_socket_may_be_closed_while_it_is_watched(run: Run, ours_and_theirs: Pair) -> None:
    ours, theirs = ours_and_theirs

    async def closed_before() -> None:
        arrivals = Arrivals(ours.fileno())
        told = arrivals.next()
        await rounds_of_the_loop()
        theirs.close()
        ours.close()
        await told
        arrivals.close()
        await rounds_of_the_loop()

    run(closed_before())


def test_nothing_is_left_open(run: Run, ours_and_theirs: Pair) -> None:
    ours, _ = ours_and_theirs

    async def closed() -> None:
        open_before = open_descriptors()
        arrivals = Arrivals(ours.fileno())
        arrivals.next()
        await rounds_of_the_loop()
        arrivals.close()
        assert open_descriptors() == open_before

    run(closed())


def test_what_is_dropped_without_an_end_leaves_nothing_open_when_the_server_has_gone(
    run: Run, ours_and_theirs: Pair
) -> None:
    ours, theirs = ours_and_theirs

    async def dropped() -> None:
        open_before = open_descriptors()
        theirs.send(b"answer")
        await received(Arrivals(ours.fileno()), ours)
        theirs.shutdown(socket.SHUT_RDWR)
        await rounds_of_the_loop()
        assert open_descriptors() == open_before

    run(dropped())
