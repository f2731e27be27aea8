"""The rules of sales that tills made without a network and send later (contract §8.6)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from libs.common.errors import DomainError, Kind, NotFound, refuse_all
from libs.common.money import ZERO
from services.sales.domain.orders import merge, printed_folio, refuse_too_large
from services.sales.domain.payments import BY_MONEY
from services.sales.domain.pricing import DiscountSource
from services.sales.domain.stock import Item
from services.sales.domain.tenders import Payment, Tender, check_payment

SALES_MAX = 100
SEQ_MAX = 999_999_999
CLOCK_AHEAD_MAX = timedelta(minutes=5)


class Result(StrEnum):
    """What became of a sale that was sent."""

    CREATED = "created"
    PAID = "paid"
    REVIVED = "revived"
    VOIDED = "voided"
    DUPLICATE = "duplicate"
    HELD = "held"


class Status(StrEnum):
    """The states of a sale that was sent. RECEIVED: it is kept and not decided yet, or is being given up."""

    RECEIVED = "RECEIVED"
    BOOKED = "BOOKED"
    HELD = "HELD"
    DISMISSED = "DISMISSED"


class Flag(StrEnum):
    """What a person should look at, of a sale that is booked all the same."""

    CONTENT_DIFFERS = "CONTENT_DIFFERS"
    LINES_DIFFER = "LINES_DIFFER"
    REVIVED = "REVIVED"
    PRICE_DIFFERS = "PRICE_DIFFERS"
    OVERSOLD = "OVERSOLD"
    PRODUCT_DELETED = "PRODUCT_DELETED"
    CUSTOMER_DELETED = "CUSTOMER_DELETED"
    SELLER_INACTIVE = "SELLER_INACTIVE"
    UNAPPROVED = "UNAPPROVED"
    CLOCK = "CLOCK"
    FOLIO_CHANGED = "FOLIO_CHANGED"
    NO_SHIFT = "NO_SHIFT"
    SEQ_TAKEN = "SEQ_TAKEN"


class NotPaidOffline(DomainError):
    """Points, credit and exchanges draw on balances, and no order of this sale has been charged."""

    code = "not_paid_offline"
    remedy = "Correct how it was paid, and retry the sale."

    def __init__(self, payment_method: str) -> None:
        super().__init__(payment_method=payment_method)


class SoldAtTwoPrices(DomainError):
    """A product stands in two lines of different prices or discounts."""

    code = "sold_at_two_prices"
    remedy = "Put the pieces of the product into one line, and retry the sale."

    def __init__(self, product_id: int) -> None:
        super().__init__(product_id=product_id)


class HeldSaleNotFound(NotFound):
    """No sale with this id is held, or ever was."""

    thing = "Sale"


class SaleNotSent(NotFound):
    """There is no such order, or no till has sent it as a sale."""

    thing = "Sale"


class NotHeld(DomainError):
    """The sale has been booked or dismissed since."""

    kind = Kind.CONFLICT
    code = "sale_not_held"
    remedy = "Read the held sales again."


@dataclass(frozen=True, slots=True)
class SoldItem:
    """Pieces of a product as sold. `unit_total` was paid for one, tax included."""

    product_id: int
    quantity: int
    unit_total: Decimal
    discount_percent: Decimal | None = None
    discount_reason: str | None = None

    @property
    def discount_by_hand(self) -> Mapping[str, Any]:
        """The members of its line that tell the discount by hand, if it has one."""
        if self.discount_percent is None:
            return {}
        return {
            "discount_percent": self.discount_percent,
            "discount_source": DiscountSource.MANUAL.value,
            "discount_reason": self.discount_reason,
        }


@dataclass(frozen=True, slots=True)
class SyncedSale:
    """A sale as the till tells it. `voided_at`: it was undone before it was sent.

    `approval` is somebody's approval of its discounts by hand, as it came: unverified.
    """

    client_id: UUID
    seq: int
    sold_at: datetime
    sold_by: int
    customer_id: int | None
    items: tuple[SoldItem, ...]
    tenders: tuple[Tender, ...]
    cash_received: Decimal | None
    voided_at: datetime | None
    approval: str | None = field(default=None, repr=False)

    @property
    def total(self) -> Decimal:
        """What was paid, tax included."""
        return sum((item.unit_total * item.quantity for item in self.items), ZERO)

    @property
    def payment(self) -> Payment:
        """How it was paid."""
        return Payment(tenders=self.tenders, cash_received=self.cash_received)

    @property
    def goods(self) -> tuple[Item, ...]:
        """The pieces of each product."""
        return merge(Item(item.product_id, item.quantity) for item in self.items)

    @property
    def each(self) -> tuple[SoldItem, ...]:
        """One item for each product; `check` has seen that its pieces were sold alike."""
        first: dict[int, SoldItem] = {}
        for item in self.items:
            first.setdefault(item.product_id, item)
        return tuple(
            SoldItem(
                goods.product_id,
                goods.quantity,
                first[goods.product_id].unit_total,
                first[goods.product_id].discount_percent,
                first[goods.product_id].discount_reason,
            )
            for goods in self.goods
        )

    def check(self) -> None:
        """Raise what keeps the sale from being booked, but for `balances`. One undone brought no money."""
        refuse_all([*_two_prices(self.items)])
        refuse_too_large(self.total)
        if self.voided_at is None:
            check_payment(self.payment, self.total)

    @property
    def balances(self) -> list[str]:
        """The methods that draw on balances: only an order that the shop has charged is paid so."""
        if self.voided_at is not None:
            return []
        return sorted({tender.payment_method for tender in self.tenders}.difference(BY_MONEY))

    def moment(self, received_at: datetime, behind_max: timedelta) -> tuple[datetime, list[Flag]]:
        """When it was sold: when it arrived, if the till's clock must have been wrong.

        It is if it was more than `behind_max` ago.
        """
        ahead = self.sold_at - received_at
        if -behind_max <= ahead <= CLOCK_AHEAD_MAX:
            return self.sold_at, []
        return received_at, [Flag.CLOCK]

    def undone(self, sold_at: datetime, received_at: datetime) -> tuple[datetime, list[Flag]]:
        """When it was undone, which is not before `sold_at`.

        When it arrived, if the till's clock must have been wrong; one that was ahead may be right since.
        """
        assert self.voided_at, "the sale was undone"
        if sold_at - CLOCK_AHEAD_MAX <= self.voided_at <= received_at + CLOCK_AHEAD_MAX:
            return max(self.voided_at, sold_at), []
        return max(received_at, sold_at), [Flag.CLOCK]


def flags_of_folio(ticket_folio: str, client_id: UUID | None) -> list[Flag]:
    """What is odd about the folio of an order: its till has printed another, which was taken."""
    is_changed = client_id is not None and ticket_folio != printed_folio(client_id)
    return [Flag.FOLIO_CHANGED] if is_changed else []


def ticket_number(series: str, seq: int | None) -> str | None:
    """The ticket's consecutive number: `C2-000123`."""
    return None if seq is None else f"{series}-{seq:06}"


def _two_prices(items: Iterable[SoldItem]) -> Iterable[DomainError]:
    kinds: dict[int, set[tuple[object, ...]]] = {}
    for item in items:
        kind = (item.unit_total, item.discount_percent, item.discount_reason)
        kinds.setdefault(item.product_id, set()).add(kind)
    return (SoldAtTwoPrices(product_id) for product_id, found in kinds.items() if len(found) > 1)
