"""Days, hours and months in the store's time zone."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

YEAR_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment with the store's day, by which promotions apply."""

    at: datetime
    day: date


class StoreHour(NamedTuple):
    """A day and an hour (0 to 23) in the store's time zone."""

    day: date
    hour: int


def store_day(moment: datetime, timezone: ZoneInfo) -> date:
    """The store's day at a moment."""
    return moment.astimezone(timezone).date()


def store_moment(at: datetime, timezone: ZoneInfo) -> Moment:
    """The moment with the store's day."""
    return Moment(at, store_day(at, timezone))


def store_hour(moment: datetime, timezone: ZoneInfo) -> StoreHour:
    """The store's day and hour at a moment. Where a clock change repeats an hour, both count as that hour."""
    local = moment.astimezone(timezone)
    return StoreHour(local.date(), local.hour)


def start_of_day(day: date, timezone: ZoneInfo) -> datetime:
    """The first moment of a day, even if a clock change skips or repeats midnight."""
    return datetime.combine(day, time.min, timezone)


def bounds_of_days(
    first: date | None, last: date | None, timezone: ZoneInfo
) -> tuple[datetime | None, datetime | None]:
    """The moment at which the first day begins, and the one at which the last is over; None: no bound."""
    behind = None if last is None or last == date.max else last + timedelta(days=1)
    begins, ends = (None if day is None else start_of_day(day, timezone) for day in (first, behind))
    return begins, ends


def month_of(day: date) -> date:
    """The first day of a day's month."""
    return day.replace(day=1)


def year_of(day: date) -> date:
    """The first day of a day's year."""
    return day.replace(month=1, day=1)


def next_month(day: date) -> date:
    """The first day of the month after a day's."""
    return month_of(month_of(day) + timedelta(days=31))


def month_number(day: date) -> int:
    """The number of a day's month, counted from January of the year 0: the next month's is one more."""
    return day.year * YEAR_MONTHS + day.month - 1
