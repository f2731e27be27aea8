"""Requests that wait for a lock, for tests that make them meet."""

import asyncio
from collections.abc import Coroutine
from typing import Any, LiteralString

from libs.common.db.database import Database
from libs.testing.waiting import eventually

WAITING = """
select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
"""


async def until_waiting(database: Database, sessions: int = 1) -> None:
    """Wait until so many sessions of the database wait for a lock."""

    async def so_many() -> bool:
        return bool(await database.fetch_value(WAITING) == sessions)

    await eventually(so_many)


async def in_turn(
    database: Database, lock: LiteralString, *works: Coroutine[Any, Any, Any], given: Any = None
) -> list[Any]:
    """What the works return that wait for this lock, each begun when those before it wait, until it goes.

    `lock` is a statement, a change too, and `given` are its parameters.
    """
    async with asyncio.TaskGroup() as tasks, database.transaction() as holding:
        await holding.execute(lock, given)
        begun = []
        for waiting, work in enumerate(works, 1):
            begun.append(tasks.create_task(work))
            await until_waiting(database, waiting)
    return [each.result() for each in begun]
