"""A statement is executed with the cursor that executed it before."""

import asyncio

import psycopg
import pytest
from psycopg.rows import scalar_row

from libs.common.db.connections import KEPT_MAX, ROWS_MAX
from libs.common.db.database import Database

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
