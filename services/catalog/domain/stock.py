"""Stock: the reasons for its movements, the lines that an order takes, and the refusals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from libs.common.errors import DomainError, Kind
from libs.common.prices import TaxRate
from services.catalog.domain.products import STOCK_COUNT_MAX
from services.catalog.domain.promotions import Audience


class Reason(StrEnum):
    """The reason of a line in the stock ledger."""

    INITIAL = "INITIAL"
    ADJUSTMENT = "ADJUSTMENT"
    SALE = "SALE"
    RELEASE = "RELEASE"
    CANCELLATION = "CANCELLATION"
    RETURN = "RETURN"
    WASTE = "WASTE"
    CORRECTION = "CORRECTION"
    RECEIVED = "RECEIVED"


class Disposition(StrEnum):
    """Whether returned goods are for sale again, or are written off."""

    RESTOCK = "restock"
    DISCARD = "discard"


BY_HAND = (Reason.WASTE, Reason.CORRECTION, Reason.RECEIVED)
"""The reasons for which staff adds or takes pieces without counting."""


class ProductTwice(DomainError):
    """A product is in two lines; the caller must add them up."""

    code = "product_twice"


class UnknownProduct(DomainError):
    """Some of the products do not exist, or are not sold on this channel."""

    code = "unknown_product"

    def __init__(self, product_ids: Sequence[int]) -> None:
        super().__init__(product_ids=product_ids)


class InsufficientStock(DomainError):
    """There is less stock than requested. An item: product_id, product_name, available, requested."""

    kind = Kind.CONFLICT
    code = "insufficient_stock"

    def __init__(self, items: Sequence[Mapping[str, object]]) -> None:
        super().__init__(items=items)


class AllocationReleased(DomainError):
    """The stock of this order was returned, or barred before it was taken; it cannot be allocated again."""

    kind = Kind.CONFLICT
    code = "allocation_released"


class AllocationConfirmed(DomainError):
    """The order stands: cancelling the order returns its stock, releasing the allocation does not."""

    kind = Kind.CONFLICT
    code = "allocation_confirmed"


class TakesHeldStock(DomainError):
    """More pieces are to be taken than nobody holds."""

    code = "stock_below_holds"
    remedy = "Take fewer, or wait until the holds have lapsed."

    def __init__(self, lowest: int) -> None:
        super().__init__(lowest=lowest)


class StockTooLarge(DomainError):
    """With so many pieces more, the stock would exceed the largest count."""

    code = "stock_too_large"
    remedy = "Check the number: it may be a barcode."

    def __init__(self, highest: int) -> None:
        super().__init__(highest=highest)


@dataclass(frozen=True, slots=True)
class WantedLine:
    """A quantity of a product."""

    product_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class AllocatedLine:
    """A quantity taken, with its price (before tax, up to 4 decimals) and promotion at that moment.

    The tax authority's keys are those that the product has when this is read.
    """

    product_id: int
    product_name: str
    quantity: int
    price: Decimal
    tax_rate: TaxRate
    discount_percent: Decimal | None
    target_audience: Audience | None
    clave_prod_serv: str | None
    clave_unidad: str | None
    objeto_imp: str | None


@dataclass(frozen=True, slots=True)
class Gone:
    """Pieces of a product that left the shop with a sale that had happened already.

    They were `taken` from stock, are `missing` there, or were missing until a count (`counted`) settled it.
    """

    taken: int = 0
    missing: int = 0
    counted: int = 0

    @property
    def pieces(self) -> int:
        """All of them."""
        return self.taken + self.missing + self.counted

    def corrected(self, pieces: int, *, current_stock: int) -> "Gone":
        """The same for this number of pieces instead. What is not in stock is missing.

        Pieces that had not left go back to stock only if they were taken from it: a count saw the others.
        """
        more = pieces - self.pieces
        if more >= 0:
            there = min(more, current_stock)
            return Gone(self.taken + there, self.missing + more - there, self.counted)
        missing = max(self.missing + more, 0)
        counted = max(self.counted + min(self.missing + more, 0), 0)
        return Gone(pieces - missing - counted, missing, counted)


@dataclass(frozen=True, slots=True)
class SoldLine:
    """A line of a sale that has happened, of which `short` pieces were not in stock.

    Price and promotion are those of then if `priced_then`, else today's.
    """

    line: AllocatedLine
    short: int
    is_deleted: bool
    priced_then: bool


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Pieces of a product that are missing since a sale sold them; its order is None until it is known."""

    id: int
    product_id: int
    product_name: str
    quantity: int
    order_id: int | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ReturnedLine:
    """Pieces of a product that came back, for the shelf or to be written off."""

    product_id: int
    quantity: int
    disposition: Disposition

    @property
    def movements(self) -> Sequence[tuple[Reason, int]]:
        """The lines of the ledger: what came back, and that it left again if it is not for sale."""
        came_back = (Reason.RETURN, self.quantity)
        written_off = (Reason.WASTE, -self.quantity)
        return [came_back] if self.disposition is Disposition.RESTOCK else [came_back, written_off]


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One movement of one product's stock; `balance` is the stock after it."""

    id: int
    change: int
    balance: int
    reason: str
    reference: str | None
    user_id: int | None
    note: str | None
    created_at: datetime


def refuse_twice(lines: Sequence[WantedLine]) -> None:
    """Raises `ProductTwice` if a product is in two lines."""
    if len({line.product_id for line in lines}) < len(lines):
        raise ProductTwice


def refuse_change(change: int, *, current_stock: int, available: int) -> None:
    """Raises `TakesHeldStock` or `StockTooLarge` if the pieces cannot be added, or taken if negative."""
    if change < -available:
        raise TakesHeldStock(-available)
    highest = max(STOCK_COUNT_MAX - current_stock, 0)
    if change > highest:
        raise StockTooLarge(highest)
