"""Requests that wait for a lock, for tests that make them meet."""

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
