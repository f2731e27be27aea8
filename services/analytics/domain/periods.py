"""Periods: the days of a report, and their division for the sums (contract §6, "Dates")."""

from dataclasses import dataclass
from datetime import date, timedelta

from libs.common.errors import DomainError
from libs.common.store_calendar import month_of, next_month
from services.analytics.domain.parameters import written_day

DEFAULT_PERIOD = timedelta(days=30)


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


@dataclass(frozen=True, slots=True)
class Tiers:
    """A period divided where its whole months begin and end. Each part excludes the first day of the next."""

    start: date
    months_start: date
    months_stop: date
    stop: date


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


def days_with_records(period: Period, records: Records) -> tuple[date, date]:
    """The first and the last day of record. Raises `NoSalesInPeriod` if the period does not touch them."""
    if records.first is None or records.last is None:
        raise no_sales(period, records)
    if period.end < records.first or records.last < period.start:
        raise no_sales(period, records)
    return records.first, records.last


def check_recorded(period: Period, records: Records, today: date) -> None:
    """Raises `NoSalesInPeriod` if the period lies before the first sale or after today.

    The days since the last sale are on record, too: nothing was sold on them.
    """
    if records.first is None or records.last is None:
        raise no_sales(period, records)
    if period.end < records.first or max(records.last, today) < period.start:
        raise no_sales(period, records)


def tiers(period: Period, first: date, last: date) -> Tiers:
    """Divide the period: its whole months are read from monthly sums, the rest from daily ones.

    `first` and `last` are the days of record, which the period overlaps. A month also counts as whole if its
    days outside the period lie outside the days of record, because they have no sales.
    """
    start = month_of(first) if period.start <= first else period.start
    stop = next_month(last) if period.end >= last else period.end + timedelta(days=1)
    months_start = start if start.day == 1 else next_month(start)
    months_stop = month_of(stop)
    if months_start >= months_stop:
        return Tiers(start, stop, stop, stop)
    return Tiers(start, months_start, months_stop, stop)


def _written_date(text: str | None, records: Records) -> date | None:
    if not text:
        return None
    day = written_day(text)
    if day is None:
        raise DateMalformed(records)
    return day
