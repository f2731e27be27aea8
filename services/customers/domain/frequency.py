"""Frequent customers (contract §5).

The status is decided at a customer's first paid purchase of a month, by the month before: with a purchase in
each of its calendar weeks the customer is frequent, otherwise not. The status is a function of all known
purchases, so events may arrive in any order. It holds until the customer's first purchase in another month.

Weeks are ISO weeks, named by their Monday; days and months are in the store's time zone. A week in two
months counts in each of them, with its days in that month.
"""

from collections.abc import Collection
from datetime import date, timedelta

from libs.common.store_calendar import next_month


def week_of(day: date) -> date:
    """The ISO week of a day, named by its Monday (which may lie in the month before)."""
    return day - timedelta(days=day.weekday())


def weeks_in(month: date) -> frozenset[date]:
    """The weeks that have a day in this month: four, five or six."""
    days = (next_month(month) - month).days
    return frozenset(week_of(month + timedelta(days=day)) for day in range(days))


def is_frequent(weeks_with_purchases: Collection[date], month: date) -> bool:
    """True if the customer bought in each week of `month`. Pass only purchases of that month."""
    return weeks_in(month) <= set(weeks_with_purchases)
