"""Tells when this process and its database do not agree about the time."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta

from libs.common.clock import CLOCKS_DIFFER, Clock
from libs.common.db.database import Database
from libs.common.errors import Unavailable

LOOK_SECONDS = 30
TIME_OF_DATABASE = "select clock_timestamp()"


class ClockWatch:
    """Compares the clocks of a process and its database.

    A process whose clock is wrong by more than `CLOCKS_DIFFER` refuses good tokens, and its own are refused,
    all with 401. To its callers that looks like bad logins.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._trouble: str | None = None

    def trouble(self) -> str | None:
        """The difference found by the last look; None if other machines allow for it."""
        return self._trouble

    async def watch_clock(self) -> None:
        """Background task: look from time to time. While the database is away, the last look counts."""
        while True:
            with suppress(Unavailable):  # readiness tells of it
                await self.look()
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Compare the clocks, however long the answer takes. Raises `Unavailable`."""
        before = self._clock()
        there: datetime = await self._database.fetch_value(TIME_OF_DATABASE)
        after = self._clock()
        if before - there > CLOCKS_DIFFER:
            self._trouble = f"{_whole_seconds(before - there)} s ahead of the database's"
        elif there - after > CLOCKS_DIFFER:
            self._trouble = f"{_whole_seconds(there - after)} s behind the database's"
        else:
            self._trouble = None


def _whole_seconds(difference: timedelta) -> int:
    return int(difference.total_seconds())
