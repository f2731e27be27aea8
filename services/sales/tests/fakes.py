"""Fakes of catalog, customers and auth at sales' ports, without a network."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from libs.common.contracts.sales import Channel
from libs.common.errors import Unavailable
from libs.common.prices import TAX_FRACTIONS, TaxRate, discounted, shelf_price
from services.sales.domain.buyers import Buyer, UnknownCustomer
from services.sales.domain.carts import Quote
from services.sales.domain.payments import Charge, CreditLimitExceeded, InsufficientPoints
from services.sales.domain.refunds import BalanceRefund
from services.sales.domain.returns import ReturnLine
from services.sales.domain.shoppers import Shopper, ShopperNotFound
from services.sales.domain.sold_lines import Sold
from services.sales.domain.stock import (
    Allocation,
    Item,
    PricedItem,
    Promotion,
    Shortage,
    StockShort,
    UnknownProducts,
)
from services.sales.domain.tickets import PointsBalance
from services.sales.domain.till_returns import CreditPaidOff


@dataclass(slots=True)
class Product:
    """A product in catalog."""

    name: str = "Coca Cola"
    price: Decimal = Decimal("100.00")
    tax_rate: TaxRate = "0.16"
    stock: int = 1_000
    promotion: Promotion | None = None
    is_active: bool = True
    is_deleted: bool = False
    keys: Mapping[str, str] = field(default_factory=dict)
    """The tax authority's keys."""


class FakeStock:
    """Allocates all or nothing, records the allocations, and can be down."""

    def __init__(self) -> None:
        self.products: dict[int, Product] = {}
        self.lease_seconds = 60.0
        self.down = False
        self.down_for_releases: set[UUID] = set()
        self.releases_refused = 0
        self.hangs = False
        self.asked: list[tuple[Sequence[Item], int, Channel]] = []
        self.held: dict[UUID, Allocation] = {}
        self.released: list[UUID] = []
        self.cancelled: list[UUID] = []
        self.sold: dict[UUID, dict[int, tuple[int, int]]] = {}
        self.taken_back: dict[UUID, tuple[UUID, int, Sequence[ReturnLine]]] = {}

    async def allocate(
        self, order_uuid: UUID, items: Sequence[Item], *, user_id: int, channel: Channel
    ) -> Allocation:
        """See `Stock.allocate`. Nothing is taken again for a cancelled order."""
        if self.down or order_uuid in self.cancelled:
            raise Unavailable("catalog")
        self.asked.append((items, user_id, channel))
        if order_uuid not in self.held:
            self._refuse(items)
            self.held[order_uuid] = Allocation(self.lease_seconds, tuple(self._take(item) for item in items))
        return self.held[order_uuid]

    async def release(self, order_uuid: UUID) -> None:
        """See `Stock.release`."""
        if self.hangs:
            await asyncio.Event().wait()
        if order_uuid in self.down_for_releases:
            self.releases_refused += 1
            raise Unavailable("catalog")
        self.released.append(order_uuid)
        if allocation := self.held.pop(order_uuid, None):
            for item in allocation.items:
                self.products[item.product_id].stock += item.quantity

    async def sell(
        self,
        order_uuid: UUID,
        items: Sequence[Item],
        *,
        user_id: int,
        sold_at: datetime,
        order_id: int | None,
    ) -> tuple[Sold, ...]:
        """See `Stock.sell`. What an earlier allocation still holds counts as taken."""
        if self.down:
            raise Unavailable("catalog")
        await asyncio.sleep(0)
        if unknown := tuple(item.product_id for item in items if item.product_id not in self.products):
            raise UnknownProducts(unknown)
        before = self.sold.get(order_uuid)
        if before is None:
            held = self.held.get(order_uuid) if order_uuid not in self.cancelled else None
            before = {item.product_id: (item.quantity, 0) for item in held.items} if held else {}
        for product_id, (taken, _) in before.items():
            self.products[product_id].stock += taken
        self.sold[order_uuid] = {}
        return tuple(self._sell(order_uuid, item) for item in items)

    def _sell(self, order_uuid: UUID, item: Item) -> Sold:
        product = self.products[item.product_id]
        taken = min(product.stock, item.quantity)
        product.stock -= taken
        self.sold[order_uuid][item.product_id] = (taken, item.quantity - taken)
        priced = PricedItem(
            item.product_id, product.name, item.quantity, product.price, product.tax_rate, product.promotion
        )
        return Sold(priced, item.quantity - taken, product.is_deleted)

    async def cancel(self, order_uuid: UUID, *, put_back: Sequence[Item] | None = None) -> None:
        """See `Stock.cancel`. The allocation stays known."""
        if self.down:
            raise Unavailable("catalog")
        if order_uuid not in self.cancelled and order_uuid not in self.sold:
            self.cancelled.append(order_uuid)
            held = self.held.get(order_uuid)  # restored, it may not know the order
            for item in (held.items if held else ()) if put_back is None else put_back:
                self.products[item.product_id].stock += item.quantity

    async def take_back(
        self, return_uuid: UUID, lines: Sequence[ReturnLine], *, order_uuid: UUID, user_id: int
    ) -> None:
        """See `Stock.take_back`."""
        if self.down:
            raise Unavailable("catalog")
        if return_uuid not in self.taken_back:
            self.taken_back[return_uuid] = (order_uuid, user_id, lines)
            for line in lines:
                if line.disposition == "restock":
                    self.products[line.product_id].stock += line.quantity

    def _refuse(self, items: Sequence[Item]) -> None:
        if unknown := tuple(item.product_id for item in items if item.product_id not in self.products):
            raise UnknownProducts(unknown)
        short = tuple(
            Shortage(item.product_id, product.name, product.stock, item.quantity)
            for item in items
            if (product := self.products[item.product_id]).stock < item.quantity
        )
        if short:
            raise StockShort(short)

    def _take(self, item: Item) -> PricedItem:
        product = self.products[item.product_id]
        product.stock -= item.quantity
        return PricedItem(
            product_id=item.product_id,
            product_name=product.name,
            quantity=item.quantity,
            price=product.price,
            tax_rate=product.tax_rate,
            promotion=product.promotion,
            **product.keys,
        )


class FakeQuotes:
    """Quotes the products of the stock, which must be promoted for everybody if at all; it can be down."""

    def __init__(self, stock: FakeStock) -> None:
        self.stock = stock
        self.asked: list[Sequence[int]] = []

    async def find(self, product_ids: Sequence[int]) -> Mapping[int, Quote]:
        """See `Quotes.find`."""
        self.asked.append(product_ids)
        if self.stock.down:
            raise Unavailable("catalog")
        return {
            product_id: self._quote(product_id)
            for product_id in product_ids
            if product_id in self.stock.products
        }

    def _quote(self, product_id: int) -> Quote:
        product = self.stock.products[product_id]
        percent = product.promotion.discount_percent if product.promotion else Decimal(0)
        price = shelf_price(discounted(product.price, percent), TAX_FRACTIONS[product.tax_rate])
        return Quote(
            product_id,
            product.name,
            price,
            product.stock,
            is_active=product.is_active,
            name=product.name,
            tax_rate=product.tax_rate,
        )


class FakeShoppers:
    """Knows the names of some users, and can be down."""

    def __init__(self) -> None:
        self.known: dict[int, str] = {}
        self.supervisors: set[int] = set()
        self.asked: list[int] = []
        self.down = False

    async def find(self, user_id: int) -> Shopper:
        """See `Shoppers.find`."""
        self.asked.append(user_id)
        if self.down:
            raise Unavailable("auth")
        if user_id not in self.known:
            raise ShopperNotFound
        return Shopper(user_id, self.known[user_id], user_id in self.supervisors)


class FakeBuyers:
    """Knows some customers, and some who were deleted; it can be down."""

    def __init__(self) -> None:
        self.known: dict[int, Buyer] = {}
        self.deleted: set[int] = set()
        self.down = False

    async def find(self, customer_id: int) -> Buyer | None:
        """See `Buyers.find`."""
        if self.down:
            raise Unavailable("customers")
        if customer_id not in self.known.keys() | self.deleted:
            raise UnknownCustomer(customer_id)
        return self.known.get(customer_id)


class FakeCharges:
    """Balances that are charged once per id. It can be down, lose its answers, or answer when told to.

    `points`, `credit_limit` and `credit_used` are of the customer with that id.
    """

    def __init__(self) -> None:
        self.points: dict[int, int] = {}
        self.credit_limit: dict[int, Decimal] = {}
        self.credit_used: dict[int, Decimal] = {}
        self.down = False
        self.down_for_fences = False
        self.loses_answers = False
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.asked: list[UUID] = []
        self.taken: dict[UUID, Charge] = {}
        self.fenced: set[UUID] = set()

    async def take(self, charge_id: UUID, charge: Charge) -> None:
        """See `Charges.take`."""
        self.asked.append(charge_id)
        await self.may_answer.wait()
        if self.down or charge_id in self.fenced:
            raise Unavailable("customers")
        if charge_id not in self.taken:
            self._refuse(charge)
            self._book(charge)
            self.taken[charge_id] = charge
        assert self.taken[charge_id] == charge
        if self.loses_answers:
            raise Unavailable("customers")

    async def was_taken(self, charge_id: UUID) -> bool:
        """See `Charges.was_taken`."""
        if self.down or self.down_for_fences:
            raise Unavailable("customers")
        if charge_id not in self.taken:
            self.fenced.add(charge_id)
        return charge_id in self.taken

    def _refuse(self, charge: Charge) -> None:
        if charge.customer_id not in self.points:
            raise UnknownCustomer(charge.customer_id)
        if (available := self.points[charge.customer_id]) < charge.points:
            raise InsufficientPoints(available=available, total=charge.by_points)
        limit, used = self.credit_limit[charge.customer_id], self.credit_used[charge.customer_id]
        if charge.credit and used + charge.credit > limit:
            raise CreditLimitExceeded(limit=limit, used=used, total=charge.credit)

    def _book(self, charge: Charge) -> None:
        self.points[charge.customer_id] -= charge.points
        self.credit_used[charge.customer_id] += charge.credit


class FakeRefunds:
    """Gives charges back once per refund. It can be down, or lose its answers."""

    def __init__(self, charges: FakeCharges) -> None:
        self.charges = charges
        self.down = False
        self.down_for_fences = False
        self.loses_answers = False
        self.booked: dict[UUID, BalanceRefund] = {}
        self.fenced: set[UUID] = set()

    async def give_back(self, refund: BalanceRefund) -> None:
        """See `BalanceRefunds.give_back`."""
        if self.down or refund.id in self.fenced:
            raise Unavailable("customers")
        if refund.id not in self.booked:
            customer_id = self.charges.taken[refund.charge_id].customer_id
            if refund.credit > self.charges.credit_used[customer_id]:
                raise CreditPaidOff
            self.charges.points[customer_id] += refund.points
            self.charges.credit_used[customer_id] -= refund.credit
            self.booked[refund.id] = refund
        assert self.booked[refund.id] == refund
        if self.loses_answers:
            raise Unavailable("customers")

    async def was_given_back(self, refund: BalanceRefund) -> bool:
        """See `BalanceRefunds.was_given_back`."""
        if self.down or self.down_for_fences:
            raise Unavailable("customers")
        if refund.id not in self.booked:
            self.fenced.add(refund.id)
        return refund.id in self.booked

    async def debt_of(self, charge_id: UUID) -> Decimal:
        """See `BalanceRefunds.debt_of`."""
        if self.down:
            raise Unavailable("customers")
        return self.charges.credit_used[self.charges.taken[charge_id].customer_id]


class FakeBalances:
    """Knows the points of some customers, and can be down."""

    def __init__(self) -> None:
        self.known: dict[int, PointsBalance] = {}
        self.asked: list[tuple[int, UUID]] = []
        self.down = False

    async def find(self, customer_id: int, order_uuid: UUID) -> PointsBalance | None:
        """See `PointsBalances.find`."""
        self.asked.append((customer_id, order_uuid))
        if self.down:
            raise Unavailable("customers")
        return self.known.get(customer_id)


class Folios:
    """Returns the folios given by a test first, then folios that count up."""

    def __init__(self) -> None:
        self.next: list[str] = []
        self._count = 0

    def __call__(self) -> str:
        """8 upper-case hex digits."""
        if self.next:
            return self.next.pop(0)
        self._count += 1
        return f"{self._count:08X}"
