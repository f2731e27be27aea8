"""Pauses of a background loop during an outage: growing, and logged once."""

import asyncio

import structlog

from libs.common.errors import Unavailable

FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 2.0

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class Outage:
    """The outages of `loop` (a name for the log)."""

    def __init__(self, loop: str) -> None:
        self._loop = loop
        self._pause_seconds = 0.0
        self.refusal: str | None = None
        """What keeps the loop from its work; None while it works, or there is no connection to the part."""

    async def pause(self, error: Unavailable) -> None:
        """Wait before the next attempt; logs the first pause of an outage."""
        cause = error.__cause__
        self.refusal = f"{type(cause).__name__}: {cause}" if cause else None
        if not self._pause_seconds:
            why = self.refusal or "not connected"
            log.warning("outage_began", loop=self._loop, part=error.part, error=why)
        self._pause_seconds = min(self._pause_seconds * 2 or FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS)
        await asyncio.sleep(self._pause_seconds)

    def over(self) -> None:
        """Record that the loop works."""
        if self._pause_seconds:
            log.info("outage_over", loop=self._loop)
        self._pause_seconds = 0.0
        self.refusal = None
