"""Opens the owner's page: all its blocks by one request, of one moment."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from decimal import Decimal

from libs.common.money import ZERO
from services.analytics.domain.calendar_parts import By, check_length
from services.analytics.domain.overview import (
    DeadStock,
    Method,
    Overview,
    Point,
    Points,
    ProductFigures,
    WeekHour,
    every_point,
    points_of,
)
from services.analytics.domain.overview_periods import Comparison, Kind, Range, compare, period_of
from services.analytics.domain.periods import Period, Tiers, thirty_days_before, tiers
from services.analytics.domain.sold import Sold
from services.analytics.domain.suggested_orders import DEFAULT_COVER_DAYS, SuggestedProduct
from services.analytics.domain.velocity import DEFAULT_PERIOD_DAYS, first_day
from services.analytics.usecases.reports.desk import Desk, Report, Snapshot
from services.analytics.usecases.reports.overview_statements import (
    SELECT_DEAD_STOCK,
    SELECT_HOURS,
    SELECT_METHODS,
    SELECT_NAMES,
    SELECT_PARTS,
    SELECT_PEAKS,
    SELECT_PRODUCTS,
    SELECT_PRODUCTS_OF_CUT_DAY,
    SELECT_RUNNING_OUT,
    SELECT_TOTAL,
)
from services.analytics.usecases.reports.suggesting import ALL

SPARKLINE_DAYS = 14
PEAK_DAYS = 28
"""Peak hours are those of four weeks at least."""
STOCK_SHOWN = 20


@dataclass(frozen=True, slots=True)
class WantedOverview:
    """What the caller asks for; the days of a custom range as they are written."""

    range: Range = Range.TODAY
    kind: Kind | None = None
    first: str | None = None
    last: str | None = None


@dataclass(frozen=True, slots=True)
class ProductSold:
    """The sales of a product; revenue before tax."""

    product_id: int
    units_sold: int
    revenue: Decimal


@dataclass(frozen=True, slots=True)
class KnownProduct:
    """A product's name and what a piece costs."""

    product_id: int
    name: str
    unit_cost: Decimal | None


async def open_overview(wanted: WantedOverview, *, desk: Desk) -> Report[Overview]:
    """The owner's page for a range. Days without sales have zeros, also before the first sale.

    Raises `PeriodRefused` of custom days, and `ComparisonRefused`.
    """
    now = desk.clock().astimezone(desk.timezone)
    async with desk.snapshot() as snapshot:
        compared = compare(wanted.range, await _period(wanted, now.date(), snapshot), wanted.kind, now)
        period, earlier = compared.period, compared.comparison
        by, peak_days = points_of(period), _last_days(period, PEAK_DAYS)
        spark_days = Period(_back(period.end, SPARKLINE_DAYS - 1), period.end)
        overview = Overview(
            compared=compared,
            total=await _total(Comparison(Kind.NONE, period, None), snapshot),
            previous=await _total(earlier, snapshot) if earlier else None,
            sparkline=await _series(spark_days, Points.DAY, snapshot),
            by=by,
            series=await _series(period, by, snapshot),
            previous_series=await _series(earlier.period, by, snapshot) if earlier else None,
            peak_days=peak_days,
            peak_hours=await snapshot.sql.fetch_all(WeekHour, SELECT_PEAKS, asdict(peak_days)),
            methods=await snapshot.sql.fetch_all(Method, SELECT_METHODS, asdict(period)),
            products=await _products(period, earlier, snapshot),
            running_out=await _running_out(now.date(), snapshot),
            dead_stock=await snapshot.sql.fetch_all(
                DeadStock,
                SELECT_DEAD_STOCK,
                {"since": thirty_days_before(now.date()), "shown": STOCK_SHOWN},
            ),
        )
    return Report(overview, snapshot.as_of)


async def _period(wanted: WantedOverview, today: date, snapshot: Snapshot) -> Period:
    if wanted.range is not Range.CUSTOM:
        return period_of(wanted.range, today)
    period, records = await snapshot.period(wanted.first, wanted.last)
    check_length(period, By.DAY, records)
    return period


async def _total(days: Comparison, snapshot: Snapshot) -> Sold:
    hour = days.until.hour if days.until else None
    params = {**asdict(days.period), "until": days.until, "hour": hour}
    found = await snapshot.sql.fetch_one(Sold, SELECT_TOTAL, params)
    assert found, "an aggregate always has a row"
    return found


async def _series(period: Period, by: Points, snapshot: Snapshot) -> Sequence[Point]:
    statement = SELECT_HOURS if by is Points.HOUR else SELECT_PARTS
    found = await snapshot.sql.fetch_all(Point, statement, asdict(period) | {"by": by.value})
    return every_point(found, period, by)


async def _products(
    period: Period, earlier: Comparison | None, snapshot: Snapshot
) -> Sequence[ProductFigures]:
    now = await _sold(_tiers(period), snapshot)
    before = await _sold_before(earlier, snapshot) if earlier else {}
    params = {"ids": list({**now, **before})}
    known = await snapshot.sql.fetch_all(KnownProduct, SELECT_NAMES, params)
    nothing = (0, ZERO)
    return [
        ProductFigures(
            product.product_id,
            product.name,
            *now.get(product.product_id, nothing),
            product.unit_cost,
            *before.get(product.product_id, nothing),
        )
        for product in known
    ]


async def _sold_before(earlier: Comparison, snapshot: Snapshot) -> Mapping[int, tuple[int, Decimal]]:
    """Until the cut: the days before it whole, and what was sold on that day by then."""
    if earlier.until is None:
        return await _sold(_tiers(earlier.period), snapshot)
    cut = earlier.period.end
    sold = dict(await _sold(_until(earlier.period, cut), snapshot)) if earlier.period.start < cut else {}
    params = {"day": cut, "until": earlier.until}
    for each in await snapshot.sql.fetch_all(ProductSold, SELECT_PRODUCTS_OF_CUT_DAY, params):
        units, revenue = sold.get(each.product_id, (0, ZERO))
        sold[each.product_id] = units + each.units_sold, revenue + each.revenue
    return sold


async def _sold(days: Tiers, snapshot: Snapshot) -> Mapping[int, tuple[int, Decimal]]:
    found = await snapshot.sql.fetch_all(ProductSold, SELECT_PRODUCTS, asdict(days))
    return {each.product_id: (each.units_sold, each.revenue) for each in found}


def _tiers(period: Period) -> Tiers:
    return tiers(period, date.min, date.max - timedelta(days=31))


def _until(period: Period, cut: date) -> Tiers:
    return _tiers(Period(period.start, cut - timedelta(days=1)))


async def _running_out(today: date, snapshot: Snapshot) -> Sequence[SuggestedProduct]:
    first = first_day(DEFAULT_PERIOD_DAYS, today)
    params = {
        **asdict(tiers(Period(first, today), date.min, today)),
        **{"first": first, "last": today, "days": DEFAULT_PERIOD_DAYS},
        **{"cover_days": DEFAULT_COVER_DAYS, "supplier": None, "shown": STOCK_SHOWN},
    }
    return await snapshot.sql.fetch_all(SuggestedProduct, SELECT_RUNNING_OUT, params | ALL)


def _last_days(period: Period, days: int) -> Period:
    """The period; one that is shorter than so many days begins earlier."""
    return Period(min(period.start, _back(period.end, days - 1)), period.end)


def _back(day: date, days: int) -> date:
    return date.fromordinal(max(1, day.toordinal() - days))
