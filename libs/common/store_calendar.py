"""Days, hours and months of the store: what its calendar and its clock show at a moment."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment and the store's day then: promotions go by the day."""

    at: datetime
    day: date


class StoreHour(NamedTuple):
    """A day of the store's calendar and an hour of its clock (0 to 23)."""

    day: date
    hour: int


def store_day(moment: datetime, timezone: ZoneInfo) -> date:
    """The store's day at a moment."""
    return moment.astimezone(timezone).date()


def store_hour(moment: datetime, timezone: ZoneInfo) -> StoreHour:
    """The store's day and hour at a moment. Where a clock change repeats an hour, both count as that hour."""
    local = moment.astimezone(timezone)
    return StoreHour(local.date(), local.hour)


def start_of_day(day: date, timezone: ZoneInfo) -> datetime:
    """The first moment of a day, also where a clock change skips or repeats midnight."""
    return datetime.combine(day, time.min, timezone)


def month_of(day: date) -> date:
    """The month of a day, named by its first day."""
    return day.replace(day=1)


def next_month(day: date) -> date:
    """The month after a day's, named by its first day."""
    return month_of(month_of(day) + timedelta(days=31))
