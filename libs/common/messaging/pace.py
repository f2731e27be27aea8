"""Paces batches: without delay at low load, less often at high load, so that each has more events."""

import asyncio

BATCHES_PER_SECOND = 5.0
BURST = 5


class Pace:
    """A token bucket: `burst` batches may follow each other at once, then `per_second` of them.

    A batch costs nearly the same for one event as for twenty, so that under load pacing saves most of the
    cost; the events of a single sale never wait (docs/adr/0013).
    """

    def __init__(self, per_second: float = BATCHES_PER_SECOND, burst: int = BURST) -> None:
        self._seconds_each = 1.0 / per_second
        self._span = self._seconds_each * (burst - 1)
        self._paid_until = 0.0

    async def keep(self) -> None:
        """Wait until a batch may start, and count it."""
        loop = asyncio.get_running_loop()
        pause = self._paid_until - self._span - loop.time()
        if pause > 0:
            await asyncio.sleep(pause)
        self._paid_until = max(self._paid_until, loop.time()) + self._seconds_each
