"""The ports through which sales uses other services."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from libs.common.contracts.sales import Channel
from services.sales.domain.buyers import Buyer
from services.sales.domain.stock import Allocation, Item


class Stock(Protocol):
    """Stock to allocate, with today's prices."""

    async def allocate(
        self, order_uuid: UUID, items: Sequence[Item], *, user_id: int, channel: Channel
    ) -> Allocation:
        """Take all items or none, for a lease. The same uuid again gives the same answer and takes nothing.

        Raises `UnknownProducts` or `StockShort` (then nothing is taken), or `Unavailable` (then it may be).
        """

    async def release(self, order_uuid: UUID) -> None:
        """Release the order's stock, if any; its uuid can't allocate again. Raises `Unavailable`."""


class Buyers(Protocol):
    """Customers as buyers."""

    async def find(self, customer_id: int) -> Buyer | None:
        """The customer, or None if there is none. Raises `Unavailable`."""
