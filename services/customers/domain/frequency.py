"""Frequent customers (contract §5).

The first purchase that a customer pays in a month decides, by the month before it: a purchase in each of
its calendar weeks makes the customer frequent, anything less does not. It is a function of all
known purchases, so events may arrive in any order, and the answer holds until the customer's first purchase
in another month.

Weeks are ISO weeks, named by their Monday; days and months are the store's. A week that lies in two
months counts in each of them, for the days that it has there.
"""

from collections.abc import Collection
from datetime import date, timedelta

from libs.common.store_calendar import next_month


def week_of(day: date) -> date:
    """The ISO week of a day, named by its Monday (which may lie in the month before)."""
    return day - timedelta(days=day.weekday())


def weeks_in(month: date) -> frozenset[date]:
    """Every week that has a day in this month: four, five or six of them."""
    days = (next_month(month) - month).days
    return frozenset(week_of(month + timedelta(days=day)) for day in range(days))


def is_frequent(weeks_with_purchases: Collection[date], month: date) -> bool:
    """Whether the customer bought in each week of `month`. Only purchases of that month are to be given."""
    return weeks_in(month) <= set(weeks_with_purchases)
