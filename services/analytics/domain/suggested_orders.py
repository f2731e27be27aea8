"""Orders that are suggested: the stock lasts for some days then, and is low no more."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from libs.common.errors import DomainError
from libs.common.money import to_cents
from services.analytics.domain.parameters import written_number
from services.analytics.domain.velocity import pieces_a_day

DEFAULT_COVER_DAYS = 14
COVER_DAYS_MAX = 365


class CoverDaysRefused(DomainError):
    """`cover_days` is not a whole number of days within its bounds."""

    code = "cover_days_refused"
    remedy = "Send a whole number of days that the stock shall last, for example `14`."

    def __init__(self) -> None:
        super().__init__(most=COVER_DAYS_MAX)


@dataclass(frozen=True, slots=True)
class ProductToOrder:
    """A product with its sales, the days on which they were made, and the pieces to order of its supplier.

    `selling_days` are those by which the pieces sold are divided.
    """

    supplier_id: int | None
    supplier_name: str | None
    product_id: int
    name: str
    sku: str
    current_stock: int
    low_stock_threshold: int
    units_sold: int
    days_in_stock: int
    selling_days: int
    order_quantity: int
    unit_cost: Decimal | None

    @property
    def velocity(self) -> Decimal:
        """Pieces a day, to 2 decimals."""
        return pieces_a_day(self.units_sold, self.selling_days)

    @property
    def days_of_cover(self) -> int | None:
        """The full days that the stock lasts at the unrounded velocity; None if nothing is sold."""
        return self.current_stock * self.selling_days // self.units_sold if self.units_sold else None

    @property
    def order_cost(self) -> Decimal | None:
        """The cost of the pieces to order; None if it is not known."""
        return None if self.unit_cost is None else to_cents(self.order_quantity * self.unit_cost)


@dataclass(frozen=True, slots=True)
class SuggestedProduct(ProductToOrder):
    """A product of a report that has `found` in all, and what to order of its supplier, also on other pages.

    `total_cost` is that of the products whose cost is known.
    """

    products_to_order: int
    pieces_to_order: int
    total_cost: Decimal
    products_without_cost: int
    found: int


def wanted_cover(written: str | None) -> int:
    """The requested days that the stock shall last; missing or empty: 14. Raises `CoverDaysRefused`."""
    days = written_number(written) if written else DEFAULT_COVER_DAYS
    if days is None or not 1 <= days <= COVER_DAYS_MAX:
        raise CoverDaysRefused
    return days


def selling_days(days_in_stock: int, period_days: int) -> int:
    """The days by which pieces sold are divided: those in stock.

    All days of the period, if the ledger knows of none: a product that was sold was there.
    """
    return days_in_stock or period_days


def pieces_to_order(*, units_sold: int, days: int, cover_days: int, stock: int, threshold: int) -> int:
    """The whole pieces that are missing for `cover_days` at the velocity of these days, or to be low no more.

    Of a product that was not sold, none.
    """
    if not units_sold:
        return 0
    for_cover = -(-units_sold * cover_days // days)
    return max(0, max(for_cover, threshold + 1) - stock)


def by_supplier(products: Iterable[SuggestedProduct]) -> Iterator[Sequence[SuggestedProduct]]:
    """The products, which stand supplier by supplier, divided by them."""
    for _, of_supplier in groupby(products, key=lambda product: product.supplier_id):
        yield list(of_supplier)
