"""Releases catalog's stock after failed attempts.

Somebody waits for the refusal, and may try again: the stock is released before it is sent, unless catalog is
slow or away; then in the background.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import monotonic
from uuid import UUID

import structlog

from libs.common.errors import Unavailable
from services.sales.usecases.ports import Stock

WAITING_MAX = 1_000
AT_ONCE_SECONDS = 0.75  # by which a refusal is late at most

# About the length of a lease: after that, catalog settles the allocation itself.
TRY_FOR_SECONDS = 60.0
FIRST_PAUSE_SECONDS = 0.25
LONGEST_PAUSE_SECONDS = 4.0

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class HeldStock:
    """Stock that catalog may hold for one attempt at an order."""

    order_uuid: UUID
    kept: bool = False

    def keep(self) -> None:
        """Release nothing when the attempt ends."""
        self.kept = True


@dataclass(frozen=True, slots=True)
class _Owed:
    order_uuid: UUID
    give_up_at: float


class Releases:
    """A queue of allocations to release; each is retried while catalog is down, until its lease expires.

    Best effort: one lost here (the process dies, the queue is full) is released when its lease expires.
    `monotonic` counts seconds.
    """

    def __init__(
        self, stock: Stock, *, waiting_max: int = WAITING_MAX, monotonic: Callable[[], float] = monotonic
    ) -> None:
        self._stock = stock
        self._monotonic = monotonic
        self._queue: asyncio.Queue[_Owed] = asyncio.Queue(maxsize=waiting_max)

    @property
    def waiting(self) -> int:
        """The number of allocations that wait for their next try."""
        return self._queue.qsize()

    @asynccontextmanager
    async def unless_kept(self, order_uuid: UUID) -> AsyncIterator[HeldStock]:
        """Release the order's stock at the end of the block, also after an error, unless it was kept."""
        held = HeldStock(order_uuid)
        try:
            yield held
        finally:
            if not held.kept:
                await self._at_once(order_uuid)

    async def _at_once(self, order_uuid: UUID) -> None:
        """Release the stock if catalog does it soon, otherwise later, also if this is cancelled."""
        is_released = False
        try:
            async with asyncio.timeout(AT_ONCE_SECONDS):
                await self._stock.release(order_uuid)
            is_released = True
        except (TimeoutError, Unavailable) as error:
            log.info("release_later", order_uuid=str(order_uuid), why=str(error))
        finally:
            if not is_released:
                self.later(order_uuid)

    def later(self, order_uuid: UUID) -> None:
        """Queue the order's stock for release. Never waits, never fails."""
        self._put(_Owed(order_uuid, self._monotonic() + TRY_FOR_SECONDS))

    async def run(self) -> None:
        """Release the queue one by one, until cancelled; pauses grow while catalog is unavailable."""
        pause = FIRST_PAUSE_SECONDS
        while True:
            owed = await self._queue.get()
            try:
                await self._stock.release(owed.order_uuid)
            except Unavailable as error:
                self._try_again(owed, error)
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
            else:
                pause = FIRST_PAUSE_SECONDS

    def _try_again(self, owed: _Owed, error: Unavailable) -> None:
        if self._monotonic() < owed.give_up_at:
            self._put(owed)
        else:
            _leave_to_the_lease(owed, str(error))

    def _put(self, owed: _Owed) -> None:
        try:
            self._queue.put_nowait(owed)
        except asyncio.QueueFull:
            _leave_to_the_lease(owed, "too many wait")


def _leave_to_the_lease(owed: _Owed, why: str) -> None:
    log.warning("release_left_to_the_lease", order_uuid=str(owed.order_uuid), why=why)
