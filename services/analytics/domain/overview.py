"""The owner's page: what it says of a period, beside the earlier days with which it is compared."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from heapq import nsmallest

from libs.common.money import ZERO, to_cents
from services.analytics.domain.calendar_parts import By, parts_of
from services.analytics.domain.overview_periods import Compared
from services.analytics.domain.periods import Period
from services.analytics.domain.sold import Sold, percent_of
from services.analytics.domain.suggested_orders import SuggestedProduct

DAYS_SHOWN_BY_DAY = 92
DAY_HOURS = 24
PRODUCTS_SHOWN = 10


class Points(StrEnum):
    """The points of a series."""

    HOUR = "hour"
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Point(Sold):
    """What was sold on a day, in the part that starts on it, or at an hour of it."""

    start: date
    hour: int | None


@dataclass(frozen=True, slots=True)
class WeekHour(Sold):
    """What was sold at an hour of a weekday (1 is Monday)."""

    weekday: int
    hour: int


@dataclass(frozen=True, slots=True)
class Method:
    """What was paid by a method."""

    payment_method: str
    tickets: int
    revenue: Decimal


@dataclass(frozen=True, slots=True)
class ProductFigures:
    """The sales of a product, and its earlier ones; revenue before tax, `unit_cost` that of today."""

    product_id: int
    name: str
    units: int
    revenue: Decimal
    unit_cost: Decimal | None
    previous_units: int
    previous_revenue: Decimal

    @property
    def cost(self) -> Decimal | None:
        """What the pieces cost; None if that is not known."""
        return None if self.unit_cost is None else to_cents(self.units * self.unit_cost)

    @property
    def profit(self) -> Decimal | None:
        """Revenue less cost; None if the cost is not known."""
        return None if self.cost is None else self.revenue - self.cost

    @property
    def rise(self) -> Decimal:
        """The revenue above the earlier one."""
        return self.revenue - self.previous_revenue


@dataclass(frozen=True, slots=True)
class Margin:
    """The margin of the products whose cost is known, which are `cost_known_percent` of the pieces."""

    revenue: Decimal
    cost: Decimal
    cost_known_percent: Decimal

    @property
    def profit(self) -> Decimal:
        """Revenue less cost."""
        return self.revenue - self.cost

    @property
    def percent(self) -> Decimal:
        """The profit in percent of the revenue."""
        return percent_of(self.profit, self.revenue)


@dataclass(frozen=True, slots=True)
class DeadStock:
    """A product that is not sold any more; `value` is what its stock cost, None if that is not known."""

    product_id: int
    name: str
    sku: str
    current_stock: int
    value: Decimal | None
    last_sale: date | None


@dataclass(frozen=True, slots=True)
class Overview:
    """All blocks of the page. `previous` is None if nothing is compared."""

    compared: Compared
    total: Sold
    previous: Sold | None
    sparkline: Sequence[Point]
    by: Points
    series: Sequence[Point]
    previous_series: Sequence[Point] | None
    peak_days: Period
    peak_hours: Sequence[WeekHour]
    methods: Sequence[Method]
    products: Sequence[ProductFigures]
    running_out: Sequence[SuggestedProduct]
    dead_stock: Sequence[DeadStock]

    @property
    def margin(self) -> Margin:
        """The margin of all that was sold."""
        return margin_of(self.products)


def points_of(period: Period) -> Points:
    """The points that suit a period: hours of one day, months of more than 92 days, else days."""
    days = (period.end - period.start).days + 1
    if days == 1:
        return Points.HOUR
    return Points.DAY if days <= DAYS_SHOWN_BY_DAY else Points.MONTH


def every_point(found: Iterable[Point], period: Period, by: Points) -> Sequence[Point]:
    """All points of the period in order, those without sales with zeros."""
    known = {(point.start, point.hour): point for point in found}
    if by is Points.HOUR:
        places: list[tuple[date, int | None]] = [(period.start, hour) for hour in range(DAY_HOURS)]
    else:
        places = [(part.start, None) for part in parts_of(period, By(by.value))]
    return [known.get(place, Point(0, 0, ZERO, *place)) for place in places]


def margin_of(products: Iterable[ProductFigures]) -> Margin:
    """The margin of these products."""
    revenue, cost, known, units = ZERO, ZERO, 0, 0
    for product in products:
        units += product.units
        if product.cost is not None:
            revenue, cost, known = revenue + product.revenue, cost + product.cost, known + product.units
    return Margin(revenue, cost, percent_of(Decimal(known), Decimal(units)))


def top_by_revenue(products: Iterable[ProductFigures]) -> Sequence[ProductFigures]:
    """The products of most revenue; equal ones by id."""
    return _first((each for each in products if each.units), lambda each: -each.revenue)


def top_by_units(products: Iterable[ProductFigures]) -> Sequence[ProductFigures]:
    """The products of most pieces; equal ones by id."""
    return _first((each for each in products if each.units), lambda each: Decimal(-each.units))


def top_by_margin(products: Iterable[ProductFigures]) -> Sequence[ProductFigures]:
    """The products of most profit, as far as it is known; equal ones by id."""
    known = (each for each in products if each.units and each.profit is not None)
    return _first(known, lambda each: -(each.profit or ZERO))


def risers(products: Iterable[ProductFigures]) -> Sequence[ProductFigures]:
    """The products whose revenue rose most."""
    return _first((each for each in products if each.rise > 0), lambda each: -each.rise)


def fallers(products: Iterable[ProductFigures]) -> Sequence[ProductFigures]:
    """The products whose revenue fell most."""
    return _first((each for each in products if each.rise < 0), lambda each: each.rise)


def _first(
    products: Iterable[ProductFigures], rank: Callable[[ProductFigures], Decimal]
) -> Sequence[ProductFigures]:
    return nsmallest(PRODUCTS_SHOWN, products, key=lambda each: (rank(each), each.product_id))
