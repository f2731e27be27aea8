"""Inserts fences: rows that bar an id for good, whatever is still in flight under it (ADR 0034)."""

import asyncio
from collections.abc import Mapping
from typing import Any, LiteralString

from libs.common.db.database import Database
from libs.common.errors import Unavailable

# A commit may wait for a standby, and no timeout of PostgreSQL ends that wait.
FENCE_SECONDS_MAX = 5.0


async def insert_fences(statement: LiteralString, params: Mapping[str, Any], *, database: Database) -> None:
    """Run a statement that inserts the fences `on conflict do nothing`, and so waits for what is in flight.

    Raises `Unavailable` while nothing is decided: the other statement is in flight for longer than
    `lock_timeout`, or the fence itself cannot be committed.
    """
    try:
        async with asyncio.timeout(FENCE_SECONDS_MAX):
            await database.execute(statement, params)
    except TimeoutError as error:
        raise Unavailable("database") from error
