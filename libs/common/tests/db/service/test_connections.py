"""A statement is executed with the cursor that executed it before, and its answer is awaited by one watch."""

import asyncio
import errno
import gc
import os
from collections.abc import Iterator
from contextlib import closing, suppress

import psycopg
import pytest
from psycopg.pq import TransactionStatus
from psycopg.rows import scalar_row

from libs.common.db import connections
from libs.common.db.connections import KEPT_MAX, ROWS_MAX, KeepingConnection
from libs.common.db.database import Database
from libs.testing.descriptors import open_descriptors
from libs.testing.waiting import eventually

NUMBERS = "select n from generate_series(1, %(last)s) n"


async def test_the_cursor_of_a_statement_is_used_again(database: Database) -> None:
    async with database.connection() as sql:
        first = await sql.connection.executed(NUMBERS, {"last": 2}, scalar_row)
        assert await first.fetchall() == [1, 2]
        second = await sql.connection.executed(NUMBERS, {"last": 3}, scalar_row)
        assert await second.fetchall() == [1, 2, 3]
        assert second is first
        assert await sql.connection.executed("select 1", (), scalar_row) is not first


async def test_a_statement_that_failed_gets_another_cursor(database: Database) -> None:
    async with database.connection() as sql:
        first = await sql.connection.executed(NUMBERS, {"last": 2}, scalar_row)
        with pytest.raises(psycopg.DataError):
            await sql.connection.executed(NUMBERS, {"last": "none"}, scalar_row)
        second = await sql.connection.executed(NUMBERS, {"last": 1}, scalar_row)
        assert second is not first
        assert await second.fetchall() == [1]


async def test_many_rows_are_not_kept(database: Database) -> None:
    async with database.connection() as sql:
        first = await sql.connection.executed(NUMBERS, {"last": ROWS_MAX + 1}, scalar_row)
        assert len(await first.fetchall()) == ROWS_MAX + 1
        assert await sql.connection.executed(NUMBERS, {"last": 1}, scalar_row) is not first


async def test_statements_that_are_made_anew_do_not_pile_up(database: Database) -> None:
    async with database.connection() as sql:
        for number in range(3 * KEPT_MAX):
            await sql.connection.executed(f"select {number}".encode(), (), scalar_row)
        assert len(sql.connection._kept) <= KEPT_MAX


async def test_tasks_on_one_connection_do_not_share_a_cursor(database: Database) -> None:
    """Nobody does that; if somebody did, each would get its own rows."""
    slow = "select n from generate_series(1, %(last)s) n, pg_sleep(0.01)"
    async with database.connection() as sql:
        rows = await asyncio.gather(*(sql.fetch_values(slow, {"last": last}) for last in (1, 2, 3)))
    assert rows == [[1], [1, 2], [1, 2, 3]]


async def test_a_statement_whose_caller_has_gone_ends_at_the_server(database: Database) -> None:
    async with database.connection() as sql:
        slow = asyncio.ensure_future(sql.fetch_value("select pg_sleep(60)"))
        await eventually(lambda: sql.connection.info.transaction_status == TransactionStatus.ACTIVE)
        slow.cancel()
        with pytest.raises(asyncio.CancelledError):
            await slow
        assert await sql.fetch_value("select 1") == 1


async def test_a_statement_that_does_not_end_for_its_caller_ends_its_connection(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never_heard(*_: object, **__: object) -> None: ...

    async with database.connection() as sql:
        monkeypatch.setattr(sql.connection, "cancel_safe", never_heard)
        monkeypatch.setattr(connections, "INTERRUPT_SECONDS", 0.05)
        slow = asyncio.ensure_future(sql.fetch_value("select pg_sleep(60)"))
        await eventually(lambda: sql.connection.info.transaction_status == TransactionStatus.ACTIVE)
        slow.cancel()
        with pytest.raises(asyncio.CancelledError):
            await slow
        assert sql.connection.closed
    assert await database.fetch_value("select 1") == 1


async def test_a_statement_longer_than_the_socket_takes_at_once_is_answered(database: Database) -> None:
    text = "x" * 30_000_000
    assert await database.fetch_value("select length(%s)", (text,)) == len(text)


async def test_a_connection_leaves_nothing_open_however_it_ends(database: Database) -> None:
    open_before = open_descriptors()
    for end in ("select 1", "select pg_terminate_backend(pg_backend_pid())"):
        connection = await database.connect()
        with suppress(psycopg.OperationalError):
            await connection.execute(end.encode())
        await connection.close()
    left = await database.connect()
    with pytest.raises(psycopg.OperationalError):
        await left.execute(b"select pg_terminate_backend(pg_backend_pid())")
    assert open_descriptors() == open_before


@pytest.fixture
def no_collection() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_collection")
async def test_an_attempt_to_connect_that_takes_too_long_leaves_nothing_open() -> None:
    client_has_left = asyncio.Event()

    async def never_answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with closing(writer):
            await reader.read()
        client_has_left.set()

    async with await asyncio.start_server(never_answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(psycopg.errors.ConnectionTimeout):
            await KeepingConnection.connect(f"host=127.0.0.1 port={port} connect_timeout=2")
        await eventually(client_has_left.is_set)


async def test_a_connection_comes_back_from_a_caller_that_is_cancelled_meanwhile(
    pool_of_two: Database,
) -> None:
    pool = pool_of_two.pool
    connection = await pool.getconn()
    async with pool._lock:
        returned = asyncio.ensure_future(pool.putconn(connection))
        await asyncio.sleep(0)
        returned.cancel()
        with pytest.raises(asyncio.CancelledError):
            await returned
    await eventually(lambda: connection in pool._pool)


async def test_without_a_descriptor_left_for_its_watch_a_connection_fails_as_one(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_left(_: int) -> int:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    monkeypatch.setattr(os, "dup", none_left)
    with pytest.raises(psycopg.OperationalError):
        await database.connect()
