"""Releases catalog's stock after failed attempts: at once, in the background."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

import structlog

from libs.common.errors import DomainError
from services.sales.usecases.ports import Stock

WAITING_MAX = 1_000

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class HeldStock:
    """Stock that catalog may hold for one attempt at an order."""

    order_uuid: UUID
    kept: bool = False

    def keep(self) -> None:
        """Release nothing when the attempt ends."""
        self.kept = True


class Releases:
    """A queue of allocations to release.

    Best effort: a release that is lost (catalog is down, this process dies) happens when the lease ends.
    """

    def __init__(self, stock: Stock, *, waiting_max: int = WAITING_MAX) -> None:
        self._stock = stock
        self._queue: asyncio.Queue[UUID] = asyncio.Queue(maxsize=waiting_max)

    @property
    def waiting(self) -> int:
        """How many have not been asked for yet."""
        return self._queue.qsize()

    @contextmanager
    def unless_kept(self, order_uuid: UUID) -> Iterator[HeldStock]:
        """Release the order's stock at the end of the block, also after an error, unless it was kept."""
        held = HeldStock(order_uuid)
        try:
            yield held
        finally:
            if not held.kept:
                self.later(order_uuid)

    def later(self, order_uuid: UUID) -> None:
        """Release the order's stock soon. Never waits, never fails."""
        try:
            self._queue.put_nowait(order_uuid)
        except asyncio.QueueFull:
            log.warning("release_left_to_the_lease", order_uuid=str(order_uuid), why="too many wait")

    async def run(self) -> None:
        """Release the queued allocations, one after the other, until cancelled."""
        while True:
            await self._release(await self._queue.get())

    async def _release(self, order_uuid: UUID) -> None:
        try:
            await self._stock.release(order_uuid)
        except DomainError as error:
            log.warning("release_left_to_the_lease", order_uuid=str(order_uuid), why=str(error))
