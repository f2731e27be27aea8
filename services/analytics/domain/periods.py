"""Periods: the days of a report, and their division for the sums (contract §6, "Dates")."""

from dataclasses import dataclass
from datetime import date, timedelta
from operator import attrgetter

from libs.common.errors import DomainError
from libs.common.store_calendar import month_number, month_of, next_month
from services.analytics.domain.parameters import written_day

DEFAULT_PERIOD = timedelta(days=30)
MIDSUMMER = 7
"""The month that begins as long after its year as before the next one."""
LAST_DAY = date(9998, 12, 31)
"""A year follows it: sums end at the first day of one."""


@dataclass(frozen=True, slots=True)
class Records:
    """The days of record: the first and the last day with a sale. Both are None before the first sale."""

    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Period:
    """Days of the store's calendar, `start` and `end` included."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days + 1


@dataclass(frozen=True, slots=True)
class Stretch:
    """The sums from `start` up to `stop`, which it excludes; `sign` is -1 where they are taken off."""

    start: date
    stop: date
    sign: int


@dataclass(frozen=True, slots=True)
class Tiers:
    """A period as the sums of which it is made: days and months at both edges, whole years between them.

    A year that began in January and is not over is the whole year, less the days that are left of it.
    """

    days: tuple[Stretch, Stretch]
    months: tuple[Stretch, Stretch]
    years: Stretch

    @property
    def sums(self) -> int:
        """How many days, months and years are read."""
        days = sum((span.stop - span.start).days for span in self.days)
        months = sum(month_number(span.stop) - month_number(span.start) for span in self.months)
        return days + months + self.years.stop.year - self.years.start.year


class PeriodRefused(DomainError):
    """There is no report for these dates. Details: the first and the last day of record."""

    code = "period_refused"

    def __init__(self, records: Records, **details: object) -> None:
        super().__init__(
            first_system_record=records.first and records.first.isoformat(),
            last_system_record=records.last and records.last.isoformat(),
            **details,
        )


class DateMalformed(PeriodRefused):
    """A date is not written YYYY-MM-DD, or there is no such day."""

    code = "date_malformed"
    remedy = "Send days as `2026-03-01`."


class PeriodReversed(PeriodRefused):
    """The period ends before it starts."""

    code = "period_reversed"
    remedy = "Exchange the two days."


class NoSalesInPeriod(PeriodRefused):
    """Nothing was sold on these days."""

    code = "no_sales_in_period"
    remedy = "Ask for days between `first_system_record` and `last_system_record`."

    def __init__(self, period: Period, records: Records) -> None:
        super().__init__(records, start=period.start, end=period.end)


class NoSalesOnDay(NoSalesInPeriod):
    """Nothing was sold on the single day of the period."""

    code = "no_sales_on_day"
    remedy = "Ask for a day between `first_system_record` and `last_system_record`."


def no_sales(period: Period, records: Records) -> NoSalesInPeriod:
    """The refusal of a period without sales, be it one day or more."""
    refusal = NoSalesOnDay if period.start == period.end else NoSalesInPeriod
    return refusal(period, records)


def requested_period(
    start_date: str | None, end_date: str | None, *, today: date, records: Records
) -> Period:
    """The requested period; a missing or empty date takes its default.

    With only `start_date` the period ends today; with only `end_date` it starts 30 days earlier; with neither
    it is the 30 days up to today. A lone `start_date` in the future is a period of that one day.
    Raises `DateMalformed` and `PeriodReversed`.
    """
    start, end = _written_date(start_date, records), _written_date(end_date, records)
    if end is None:
        end = max(today, start or today)
    if start is None:
        start = thirty_days_before(end)
    if start > end:
        raise PeriodReversed(records)
    return Period(start, end)


def thirty_days_before(day: date) -> date:
    """Where a period begins that ends on this day; not before the calendar does."""
    return max(day, date.min + DEFAULT_PERIOD) - DEFAULT_PERIOD


def check_overlap(period: Period, records: Records) -> None:
    """Raises `NoSalesInPeriod` if the period does not touch the days of record."""
    if records.first is None or records.last is None:
        raise no_sales(period, records)
    if period.end < records.first or records.last < period.start:
        raise no_sales(period, records)


def check_recorded(period: Period, records: Records, today: date) -> None:
    """Raises `NoSalesInPeriod` if the period lies before the first sale or after today.

    The days since the last sale are on record, too: nothing was sold on them.
    """
    if records.first is None or records.last is None:
        raise no_sales(period, records)
    if period.end < records.first or max(records.last, today) < period.start:
        raise no_sales(period, records)


def tiers(period: Period) -> Tiers:
    """The fewest sums of days, months and years that make the period. Nothing is sold after `LAST_DAY`."""
    start = min(period.start, LAST_DAY)
    stop = min(period.end, LAST_DAY) + timedelta(days=1)
    months_start, months_stop = _nearest_month(start), _nearest_month(stop)
    years_start, years_stop = _nearest_year(months_start), _nearest_year(months_stop)
    return min(
        _tiers(start, stop, stop, stop, stop, stop),
        _tiers(start, months_start, months_stop, months_stop, months_stop, stop),
        _tiers(start, months_start, years_start, years_stop, months_stop, stop),
        key=attrgetter("sums"),
    )


def _tiers(
    start: date, months_start: date, years_start: date, years_stop: date, months_stop: date, stop: date
) -> Tiers:
    """The sums between these cuts: from one to the next forward they are added, backward taken off."""
    return Tiers(
        days=(_stretch(start, months_start), _stretch(months_stop, stop)),
        months=(_stretch(months_start, years_start), _stretch(years_stop, months_stop)),
        years=_stretch(years_start, years_stop),
    )


def _stretch(start: date, stop: date) -> Stretch:
    return Stretch(start, stop, 1) if start <= stop else Stretch(stop, start, -1)


NOTHING = _tiers(*[LAST_DAY] * 6)


def _nearest_month(day: date) -> date:
    """The first day of the month, or of the next one, whichever is nearer."""
    return min(month_of(day), next_month(day), key=lambda first: abs(first - day))


def _nearest_year(month: date) -> date:
    return month.replace(month=1) if month.month <= MIDSUMMER else month.replace(year=month.year + 1, month=1)


def _written_date(text: str | None, records: Records) -> date | None:
    if not text:
        return None
    day = written_day(text)
    if day is None:
        raise DateMalformed(records)
    return day
