"""The ports through which sales uses other services."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from libs.common.contracts.sales import Channel
from services.sales.domain.buyers import Buyer
from services.sales.domain.carts import Quote
from services.sales.domain.payments import Charge
from services.sales.domain.refunds import BalanceRefund
from services.sales.domain.returns import ReturnLine
from services.sales.domain.shoppers import Shopper
from services.sales.domain.sold_lines import Sold
from services.sales.domain.stock import Allocation, Item
from services.sales.domain.tickets import PointsBalance


class Stock(Protocol):
    """Allocates and releases stock, with today's prices."""

    async def allocate(
        self, order_uuid: UUID, items: Sequence[Item], *, user_id: int, channel: Channel
    ) -> Allocation:
        """Take all items or none, for a lease. The same uuid again takes nothing and returns the same answer.

        Raises `UnknownProducts` or `StockShort` (nothing is taken), or `Unavailable` (stock may be taken).
        """

    async def release(self, order_uuid: UUID) -> None:
        """Release the order's stock, if any; its uuid can never be allocated again. Raises `Unavailable`."""

    async def sell(
        self,
        order_uuid: UUID,
        items: Sequence[Item],
        *,
        user_id: int,
        sold_at: datetime,
        order_id: int | None,
    ) -> tuple[Sold, ...]:
        """Take the goods of a sale that has happened: what is there, the rest is short. Once per uuid.

        Other items for the same uuid take the place of the earlier ones; without any, all goes back. Raises
        `UnknownProducts` (nothing is taken) or `Unavailable` (it may be).
        """

    async def cancel(self, order_uuid: UUID, *, put_back: Sequence[Item] | None = None) -> None:
        """Return the stock of an order that was cancelled, in one short try. Raises `Unavailable`.

        `put_back` is what goes back, all that the order took if it is None.
        """

    async def take_back(
        self, return_uuid: UUID, lines: Sequence[ReturnLine], *, order_uuid: UUID, user_id: int
    ) -> None:
        """Take the goods of a return back, once, in one short try. Raises `Unavailable`.

        `user_id` is the buyer; at a till, who takes the goods back.
        """


class Buyers(Protocol):
    """Finds customers as buyers."""

    async def find(self, customer_id: int) -> Buyer | None:
        """The customer, or None for a deleted one.

        Raises `UnknownCustomer` if there never was one, or `Unavailable`.
        """


class Charges(Protocol):
    """Takes points and credit of customers."""

    async def take(self, charge_id: UUID, charge: Charge) -> None:
        """Charge the customer once: the same id again takes nothing and ends the same.

        Raises `InsufficientPoints`, `CreditLimitExceeded` or `UnknownCustomer` (this call took nothing), or
        `Unavailable` (it may have).
        """

    async def was_taken(self, charge_id: UUID) -> bool:
        """Whether the charge was taken; after False it never will be. Raises `Unavailable` if unknown."""


class BalanceRefunds(Protocol):
    """Gives points and credit back to customers, of charges that paid orders."""

    async def give_back(self, refund: BalanceRefund) -> None:
        """Give back once: the same refund again gives nothing back and ends the same.

        Raises `CreditPaidOff` (this call gave nothing back), or `Unavailable` (it may have).
        """

    async def was_given_back(self, refund: BalanceRefund) -> bool:
        """Whether it was given back; after False it never will be. Raises `Unavailable` if unknown."""

    async def debt_of(self, charge_id: UUID) -> Decimal:
        """The present debt of the charge's customer. Raises `Unavailable`."""


class PointsBalances(Protocol):
    """Reads balances of points."""

    async def find(self, customer_id: int, order_uuid: UUID) -> PointsBalance | None:
        """The customer's balance, or None if there is no such customer. Raises `Unavailable`, soon."""


class Quotes(Protocol):
    """Reads what shoppers pay for products now."""

    async def find(self, product_ids: Sequence[int]) -> Mapping[int, Quote]:
        """Quotes by product id, without products that do not exist or were deleted. Raises `Unavailable`."""


class Shoppers(Protocol):
    """Finds users as shoppers, for an admin who acts for them."""

    async def find(self, user_id: int) -> Shopper:
        """The user; raises `ShopperNotFound`, also for one who was deleted, or `Unavailable`."""
