"""The owner's page: what it says of a period, beside the earlier days with which it is compared."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from libs.common.money import ZERO
from services.analytics.domain.calendar_parts import By, parts_of
from services.analytics.domain.overview_periods import Compared
from services.analytics.domain.periods import Period
from services.analytics.domain.sold import Sold, change_percent, percent_of
from services.analytics.domain.suggested_orders import ProductToOrder

DAYS_SHOWN_BY_DAY = 92
DAY_HOURS = 24


class Points(StrEnum):
    """The points of a series."""

    HOUR = "hour"
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Totals(Sold):
    """What was sold, what was given off it (before tax), and what came back of whatever sales, with tax."""

    discounts: Decimal
    returns: int
    returned: Decimal


@dataclass(frozen=True, slots=True)
class DayTotals(Totals):
    """The totals of a day."""

    start: date


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


class ProductList(StrEnum):
    """The lists of products: the first of each order; what rises and falls is what earlier days compare."""

    BY_REVENUE = "by_revenue"
    BY_UNITS = "by_units"
    BY_MARGIN = "by_margin"
    RISERS = "risers"
    FALLERS = "fallers"


@dataclass(frozen=True, slots=True)
class ProductFigures:
    """The sales of a product, and its earlier ones; revenue before tax.

    `profit` is the revenue less what the pieces cost today, None if that is not known.
    """

    product_id: int
    name: str
    units: int
    revenue: Decimal
    profit: Decimal | None
    previous_units: int
    previous_revenue: Decimal


@dataclass(frozen=True, slots=True)
class Margin:
    """The margin, at the cost of today, of the products whose cost is known: `known_units` of the pieces."""

    known_revenue: Decimal
    known_cost: Decimal
    known_units: int
    all_units: int

    @property
    def profit(self) -> Decimal:
        """Revenue less cost."""
        return self.known_revenue - self.known_cost

    def change_percent(self, before: "Margin") -> Decimal | None:
        """By how many percent the profit is higher than before; None unless there was one."""
        return change_percent(self.profit, before.profit) if before.profit > 0 else None

    @property
    def percent(self) -> Decimal:
        """The profit in percent of the revenue."""
        return percent_of(self.profit, self.known_revenue)

    @property
    def cost_known_percent(self) -> Decimal:
        """The pieces whose cost is known, in percent of all."""
        return percent_of(Decimal(self.known_units), Decimal(self.all_units))


@dataclass(frozen=True, slots=True)
class DayProfit:
    """The profit of a day, as `Margin` has it."""

    start: date
    profit: Decimal


OfDay = TypeVar("OfDay", DayTotals, DayProfit)


@dataclass(frozen=True, slots=True)
class SoldProducts:
    """The margin of all products sold, now and before, and the first of each list; equal ones by id."""

    margin: Margin
    previous_margin: Margin | None
    lists: Mapping[ProductList, Sequence[ProductFigures]]


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
    total: Totals
    previous: Totals | None
    sparkline: Sequence[DayTotals]
    profits: Sequence[DayProfit]
    by: Points
    series: Sequence[Point]
    previous_series: Sequence[Point] | None
    peak_days: Period
    peak_hours: Sequence[WeekHour]
    methods: Sequence[Method]
    products: SoldProducts
    running_out: Sequence[ProductToOrder]
    dead_stock: Sequence[DeadStock]


def every_day(found: Iterable[OfDay], period: Period, nothing: Callable[[date], OfDay]) -> Sequence[OfDay]:
    """All days of the period in order; those that are not found have `nothing`."""
    known = {each.start: each for each in found}
    return [known.get(day.start) or nothing(day.start) for day in parts_of(period, By.DAY)]


def no_totals(day: date) -> DayTotals:
    """The zeros of a day without sales and returns."""
    return DayTotals(0, 0, ZERO, ZERO, 0, ZERO, day)


def no_profit(day: date) -> DayProfit:
    """The zero of a day without sales."""
    return DayProfit(day, ZERO)


def points_of(period: Period) -> Points:
    """The points that suit a period: hours of one day, months of more than 92 days, else days."""
    if period.days == 1:
        return Points.HOUR
    return Points.DAY if period.days <= DAYS_SHOWN_BY_DAY else Points.MONTH


def every_point(found: Iterable[Point], period: Period, by: Points) -> Sequence[Point]:
    """All points of the period in order, those without sales with zeros."""
    known = {(point.start, point.hour): point for point in found}
    if by is Points.HOUR:
        places: list[tuple[date, int | None]] = [(period.start, hour) for hour in range(DAY_HOURS)]
    else:
        places = [(part.start, None) for part in parts_of(period, By(by.value))]
    return [known.get(place, Point(0, 0, ZERO, *place)) for place in places]
