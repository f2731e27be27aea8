"""Operations: written by the statement that does the work, once, and found again by their id."""

import asyncio
from uuid import UUID, uuid4

import pytest
from psycopg.errors import UniqueViolation

from libs.common.clock import system_clock
from libs.common.db.database import Database
from libs.common.db.operations import OLD_OPERATIONS, ONCE, did, find_done, remember_once
from libs.common.db.pruning import prune

PAY = f"with paid as (select 5::bigint as id), {did('order.paid', of='paid')} select id from paid"
PAY_NOTHING = f"with paid as (select 5 as id where false), {did('order.paid', of='paid')} select id from paid"


class Refused(Exception):
    """The work was refused after it was remembered."""


async def done(database: Database, operation: UUID, statement: str = PAY) -> None:
    await database.fetch_value(statement, {"operation": operation})


async def test_what_an_operation_did_is_found_by_its_id(database: Database) -> None:
    operation = uuid4()
    await done(database, operation)
    assert await find_done(database, operation, did="order.paid") == 5


async def test_an_operation_did_nothing_else(database: Database) -> None:
    operation = uuid4()
    await done(database, operation)
    assert await find_done(database, operation, did="order.cancelled") is None
    assert await find_done(database, uuid4(), did="order.paid") is None


async def test_work_that_was_not_done_leaves_no_row(database: Database) -> None:
    operation = uuid4()
    await done(database, operation, PAY_NOTHING)
    assert await find_done(database, operation, did="order.paid") is None


async def test_an_operation_is_done_once(database: Database) -> None:
    operation = uuid4()
    await done(database, operation)
    with pytest.raises(UniqueViolation) as refused:
        await done(database, operation)
    assert refused.value.diag.constraint_name == ONCE


async def remember(database: Database, operation: UUID, *, and_fail: bool = False) -> bool:
    async with database.transaction() as tx:
        is_first = await remember_once(tx, operation, did="order.paid", thing_id=5)
        if and_fail:
            raise Refused
    return is_first


async def test_what_is_done_after_it_is_remembered_is_done_once(database: Database) -> None:
    operation = uuid4()
    assert [await remember(database, operation) for _ in range(2)] == [True, False]
    assert await find_done(database, operation, did="order.paid") == 5


async def test_of_attempts_at_once_one_is_the_first(database: Database) -> None:
    operation = uuid4()
    attempts = await asyncio.gather(*(remember(database, operation) for _ in range(4)))
    assert sorted(attempts) == [False, False, False, True]


async def test_work_that_failed_is_not_remembered(database: Database) -> None:
    operation = uuid4()
    with pytest.raises(Refused):
        await remember(database, operation, and_fail=True)
    assert await remember(database, operation)


async def test_operations_are_deleted_after_48_hours(database: Database) -> None:
    old, young = uuid4(), uuid4()
    for operation, hours in ((old, 49), (young, 47)):
        await done(database, operation)
        await database.execute(
            "update operations set at = now() - make_interval(hours => %s) where id = %s", (hours, operation)
        )
    assert await prune(OLD_OPERATIONS, database=database, clock=system_clock) == 1
    assert await find_done(database, young, did="order.paid") == 5
