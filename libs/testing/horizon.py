"""Waits for transactions of other tests on the same server.

Change feeds do not read behind them, and PostgreSQL visits the versions of rows that were replaced since.
"""

from libs.common.db.database import Database
from libs.testing.waiting import eventually

# Of tests beside this one, the longest statement fills or indexes a table of 200,000 rows.
LONGEST_SECONDS = 50

ARE_PAST = "select pg_snapshot_xmin(pg_current_snapshot()) > %(mine)s::text::xid8"


async def all_ended(database: Database) -> None:
    """Wait until every transaction that has begun on the server by now has ended."""
    async with database.connection() as connection:
        mine = await connection.fetch_value("select pg_current_xact_id()::text")

    async def are_past() -> bool:
        return bool(await database.fetch_value(ARE_PAST, {"mine": mine}))

    await eventually(are_past, timeout=LONGEST_SECONDS)
