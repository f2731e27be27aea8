"""Frequent customers (contract §5).

The first purchase that a customer pays in a month decides, by the month before it: a purchase in each of
its calendar weeks makes the customer frequent, anything less does not. It is a function of all
known purchases, so events may arrive in any order, and the answer holds until the customer's first purchase
in another month.

Weeks are ISO weeks, named by their Monday; days and months are the store's. A week that lies in two
months counts in each of them, for the days that it has there.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo


def store_day(moment: datetime, store_timezone: ZoneInfo) -> date:
    """The day that the calendar in the store showed at this moment."""
    return moment.astimezone(store_timezone).date()


def month_of(day: date) -> date:
    """The month of a day, named by its first day."""
    return day.replace(day=1)


def week_of(day: date) -> date:
    """The ISO week of a day, named by its Monday (which may lie in the month before)."""
    return day - timedelta(days=day.weekday())


def weeks_in(month: date) -> frozenset[date]:
    """Every week that has a day in this month: four, five or six of them."""
    next_month = month_of(month + timedelta(days=31))
    return frozenset(week_of(month + timedelta(days=day)) for day in range((next_month - month).days))


def is_frequent(weeks_with_purchases: Collection[date], month: date) -> bool:
    """Did the customer buy in each week of `month`? Only purchases of that month are to be given."""
    return weeks_in(month) <= set(weeks_with_purchases)
