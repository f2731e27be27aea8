"""How do goods get back to catalog when an order does not come about? At once, without the buyer waiting."""

import asyncio
from uuid import UUID

import structlog

from libs.common.errors import DomainError
from services.sales.usecases.ports import Stock

RELEASES_WAITING_MAX = 1_000

log = structlog.get_logger(__name__)


class Releases:
    """The allocations of orders that failed, on their way back.

    Best effort: what is lost here (catalog is down, this process dies) goes back when its lease ends.
    """

    def __init__(self, stock: Stock) -> None:
        self._stock = stock
        self._waiting: asyncio.Queue[UUID] = asyncio.Queue(maxsize=RELEASES_WAITING_MAX)

    def later(self, order_uuid: UUID) -> None:
        """Give the order's goods back soon. Never waits, never fails."""
        try:
            self._waiting.put_nowait(order_uuid)
        except asyncio.QueueFull:
            log.warning("release_left_to_the_lease", order_uuid=str(order_uuid), why="too many wait")

    async def run(self) -> None:
        """Give back what waits, one after the other, until cancelled."""
        while True:
            await self._give_back(await self._waiting.get())

    async def _give_back(self, order_uuid: UUID) -> None:
        try:
            await self._stock.release(order_uuid)
        except DomainError as error:
            log.warning("release_left_to_the_lease", order_uuid=str(order_uuid), why=str(error))
