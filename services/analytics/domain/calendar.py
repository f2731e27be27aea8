"""On which day and hour of the store does a moment fall?"""

from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo


class StoreHour(NamedTuple):
    """A day of the store's calendar and an hour of its clock (0 to 23)."""

    day: date
    hour: int


def store_hour(moment: datetime, timezone: ZoneInfo) -> StoreHour:
    """The store's day and hour at a moment. Where a clock change repeats an hour, both count as that hour."""
    local = moment.astimezone(timezone)
    return StoreHour(local.date(), local.hour)


def month_of(day: date) -> date:
    """The first day of the day's month."""
    return day.replace(day=1)


def next_month(day: date) -> date:
    """The first day of the month after the day's."""
    return month_of(month_of(day) + timedelta(days=31))
