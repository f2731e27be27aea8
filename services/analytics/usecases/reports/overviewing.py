"""Opens the owner's page: all its blocks by one request, of one moment."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from services.analytics.domain.calendar_parts import By, check_length
from services.analytics.domain.overview import (
    DayProfit,
    DayTotals,
    DeadStock,
    Method,
    Overview,
    Point,
    Points,
    Totals,
    WeekHour,
    every_day,
    every_point,
    no_profit,
    no_totals,
    points_of,
)
from services.analytics.domain.overview_periods import Comparison, Kind, Range, compare, period_of
from services.analytics.domain.periods import Period, thirty_days_before
from services.analytics.domain.suggested_orders import DEFAULT_COVER_DAYS, ProductToOrder
from services.analytics.domain.velocity import DEFAULT_PERIOD_DAYS, first_day
from services.analytics.usecases.reports.desk import Desk, Report, Snapshot
from services.analytics.usecases.reports.overview_products import sold_products
from services.analytics.usecases.reports.overview_statements import (
    SELECT_DAYS,
    SELECT_DEAD_STOCK,
    SELECT_HOURS,
    SELECT_METHODS,
    SELECT_PARTS,
    SELECT_PEAKS,
    SELECT_PROFITS,
    SELECT_TOTAL,
)
from services.analytics.usecases.reports.suggested_products import SELECT_RUNNING_OUT
from services.analytics.usecases.reports.sums import sold_params

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
            total=await _total(_whole(period), snapshot),
            previous=await _total(earlier, snapshot) if earlier else None,
            sparkline=every_day(
                await snapshot.sql.fetch_all(DayTotals, SELECT_DAYS, asdict(spark_days)),
                spark_days,
                no_totals,
            ),
            profits=every_day(
                await snapshot.sql.fetch_all(DayProfit, SELECT_PROFITS, asdict(spark_days)),
                spark_days,
                no_profit,
            ),
            by=by,
            series=await _series(_whole(period), by, snapshot),
            previous_series=await _series(earlier, by, snapshot) if earlier else None,
            peak_days=peak_days,
            peak_hours=await snapshot.sql.fetch_all(WeekHour, SELECT_PEAKS, asdict(peak_days)),
            methods=await snapshot.sql.fetch_all(Method, SELECT_METHODS, asdict(period)),
            products=await sold_products(period, earlier, snapshot),
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


def _whole(period: Period) -> Comparison:
    return Comparison(Kind.NONE, period, None)


async def _total(days: Comparison, snapshot: Snapshot) -> Totals:
    return await snapshot.sql.fetch_only(Totals, SELECT_TOTAL, _counted(days))


async def _series(days: Comparison, by: Points, snapshot: Snapshot) -> Sequence[Point]:
    statement = SELECT_HOURS if by is Points.HOUR else SELECT_PARTS
    found = await snapshot.sql.fetch_all(Point, statement, _counted(days) | {"by": by.value})
    return every_point(found, days.period, by)


def _counted(days: Comparison) -> dict[str, object]:
    """The parameters of `COUNTED`."""
    return {**asdict(days.period), "until": days.until}


async def _running_out(today: date, snapshot: Snapshot) -> Sequence[ProductToOrder]:
    first = first_day(DEFAULT_PERIOD_DAYS, today)
    params = {
        **sold_params(Period(first, today)),
        **{"first": first, "last": today, "days": DEFAULT_PERIOD_DAYS},
        **{"cover_days": DEFAULT_COVER_DAYS, "shown": STOCK_SHOWN},
    }
    return await snapshot.sql.fetch_all(ProductToOrder, SELECT_RUNNING_OUT, params)


def _last_days(period: Period, days: int) -> Period:
    """The period; if it is shorter than this number of days, it begins earlier."""
    return Period(min(period.start, _back(period.end, days - 1)), period.end)


def _back(day: date, days: int) -> date:
    return date.fromordinal(max(1, day.toordinal() - days))
