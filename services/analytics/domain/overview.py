"""The owner's page: what it says of a period, beside the earlier days with which it is compared."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

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
class Products:
    """The first products of each ranking, and the margin of all that were sold."""

    margin: Margin
    by_revenue: Sequence[ProductFigures] = ()
    by_units: Sequence[ProductFigures] = ()
    by_margin: Sequence[ProductFigures] = ()
    risers: Sequence[ProductFigures] = ()
    fallers: Sequence[ProductFigures] = ()


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
    products: Products
    running_out: Sequence[SuggestedProduct]
    dead_stock: Sequence[DeadStock]


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
