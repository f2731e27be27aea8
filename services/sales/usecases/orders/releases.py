"""How do goods get back to catalog when an order does not come about? At once, without the buyer waiting."""

import asyncio
from uuid import UUID

import structlog

from libs.common.errors import DomainError
from services.sales.usecases.ports import Stock

WAITING_MAX = 1_000

log = structlog.get_logger(__name__)


class Releases:
    """The allocations of orders that failed, on their way back.

    Best effort: what is lost here (catalog is down, this process dies) goes back when its lease ends.
    """

    def __init__(self, stock: Stock, *, waiting_max: int = WAITING_MAX) -> None:
        self._stock = stock
        self._queue: asyncio.Queue[UUID] = asyncio.Queue(maxsize=waiting_max)

    @property
    def waiting(self) -> int:
        """How many have not been asked for yet."""
        return self._queue.qsize()

    def later(self, order_uuid: UUID) -> None:
        """Give the order's goods back soon. Never waits, never fails."""
        try:
            self._queue.put_nowait(order_uuid)
        except asyncio.QueueFull:
            log.warning("release_left_to_the_lease", order_uuid=str(order_uuid), why="too many wait")

    async def run(self) -> None:
        """Give back what waits, one after the other, until cancelled."""
        while True:
            await self._give_back(await self._queue.get())

    async def _give_back(self, order_uuid: UUID) -> None:
        try:
            await self._stock.release(order_uuid)
        except DomainError as error:
            log.warning("release_left_to_the_lease", order_uuid=str(order_uuid), why=str(error))
