"""The rules of carts in the web shop: limits, totals at today's prices, refusals (contract §4)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from libs.common.errors import DomainError, Kind, NotFound
from libs.common.money import ZERO
from libs.common.prices import TaxRate
from services.sales.domain.stock import Item, Shortage, StockShort, UnknownProducts

CART_LINES_MAX = 100
CART_LINE_QUANTITY_MAX = 50


class CartNotFound(NotFound):
    """The user has no cart, or there is none with this id."""

    thing = "Cart"


class CartItemNotFound(NotFound):
    """The product is not in the cart."""

    thing = "Cart item"


class CartHasItems(DomainError):
    """The user has a cart already, and there is something in it."""

    kind = Kind.CONFLICT
    code = "cart_has_items"
    remedy = "Add to the cart, replace what is in it, or clear it first."


class CartLineFull(DomainError):
    """The cart would hold more than 50 pieces of a product."""

    code = "cart_line_full"
    remedy = "Put at most 50 pieces of a product into a cart."

    def __init__(self, product_id: int) -> None:
        super().__init__(product_id=product_id, most=CART_LINE_QUANTITY_MAX)


class CartFull(DomainError):
    """The cart would hold more than 100 products."""

    code = "cart_full"
    remedy = "Check out what is in the cart, or remove something."

    def __init__(self) -> None:
        super().__init__(most=CART_LINES_MAX)


class CartIsEmpty(DomainError):
    """There is nothing in the cart that could be checked out."""

    code = "cart_empty"
    remedy = "Put something into the cart first."


class CartChangedMeanwhile(DomainError):
    """While it was being checked out, the cart lost something that was to be bought."""

    kind = Kind.CONFLICT
    code = "cart_changed"
    remedy = "Read the cart again, show it to the shopper, and check out what is in it now."


class ProblemCode(StrEnum):
    """What a shopper should know of a line before checking out."""

    PRICE_CHANGED = "price_changed"
    INSUFFICIENT_STOCK = "insufficient_stock"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Quote:
    """A product as a shopper would buy it now; `price` is paid for one piece.

    `available` is the stock that nobody holds. One that is not active is not sold in the web shop. `name` is
    the tills'; the rate is None if catalog, of the version before, does not tell it.
    """

    product_id: int
    product_name: str
    price: Decimal
    available: int
    is_active: bool
    name: str
    tax_rate: TaxRate | None


@dataclass(frozen=True, slots=True)
class CartLine:
    """A product in a cart, with its name and price when the line was last written."""

    id: int
    product_id: int
    product_name: str
    quantity: int
    seen_price: Decimal


@dataclass(frozen=True, slots=True)
class PricedCartLine:
    """A line at today's price; one that `is_available` no more keeps the price last seen."""

    id: int
    product_id: int
    product_name: str
    quantity: int
    unit_price: Decimal
    is_available: bool

    @property
    def amount(self) -> Decimal:
        """What its pieces cost together."""
        return self.unit_price * self.quantity


@dataclass(frozen=True, slots=True)
class CartProblem:
    """A problem of a line: `seen_price` of a price that changed, the `available` pieces of too few."""

    product_id: int
    product_name: str
    code: ProblemCode
    seen_price: Decimal | None = None
    available: int | None = None


@dataclass(frozen=True, slots=True)
class PricedLines:
    """The lines of a cart at today's prices."""

    lines: tuple[PricedCartLine, ...]
    problems: tuple[CartProblem, ...]

    @property
    def total(self) -> Decimal:
        """What the lines that are available cost together."""
        return sum((line.amount for line in self.lines if line.is_available), ZERO)

    @property
    def item_count(self) -> int:
        """The pieces in the cart."""
        return sum(line.quantity for line in self.lines)


def priced(lines: Iterable[CartLine], quotes: Mapping[int, Quote]) -> PricedLines:
    """The lines at the prices of the quotes; what has no quote, or is not active, is not available."""
    shown: list[PricedCartLine] = []
    problems: list[CartProblem] = []
    for line in lines:
        quote = _sold(quotes.get(line.product_id))
        shown.append(
            PricedCartLine(
                id=line.id,
                product_id=line.product_id,
                product_name=quote.product_name if quote else line.product_name,
                quantity=line.quantity,
                unit_price=quote.price if quote else line.seen_price,
                is_available=quote is not None,
            )
        )
        problems.extend(_problems(line, quote))
    return PricedLines(tuple(shown), tuple(problems))


def _sold(quote: Quote | None) -> Quote | None:
    return quote if quote and quote.is_active else None


def _problems(line: CartLine, quote: Quote | None) -> Iterable[CartProblem]:
    if quote is None:
        yield CartProblem(line.product_id, line.product_name, ProblemCode.UNAVAILABLE)
        return
    if quote.price != line.seen_price:
        yield CartProblem(
            line.product_id, quote.product_name, ProblemCode.PRICE_CHANGED, seen_price=line.seen_price
        )
    if quote.available < line.quantity:
        yield CartProblem(
            line.product_id, quote.product_name, ProblemCode.INSUFFICIENT_STOCK, available=quote.available
        )


def refuse_unfit(items: Sequence[Item], quotes: Mapping[int, Quote], *, lines: int) -> None:
    """Check items, each product once, that are to be lines of a cart, which then has `lines` in all.

    Raises `UnknownProducts`, `CartFull`, `CartLineFull` or, for more than is available, `StockShort`.
    """
    if unknown := tuple(item.product_id for item in items if _sold(quotes.get(item.product_id)) is None):
        raise UnknownProducts(unknown)
    if lines > CART_LINES_MAX:
        raise CartFull
    for item in items:
        if item.quantity > CART_LINE_QUANTITY_MAX:
            raise CartLineFull(item.product_id)
    short = tuple(
        Shortage(item.product_id, quote.product_name, quote.available, item.quantity)
        for item in items
        if (quote := quotes[item.product_id]).available < item.quantity
    )
    if short:
        raise StockShort(short)


def holds(lines: Iterable[CartLine], bought: Iterable[Item]) -> bool:
    """Whether the cart has at least the pieces that are being bought."""
    quantities = {line.product_id: line.quantity for line in lines}
    return all(quantities.get(item.product_id, 0) >= item.quantity for item in bought)
