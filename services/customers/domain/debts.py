"""Debts by their age. What a customer pays settles their oldest charges first."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

RECENT_DAYS, OLD_DAYS = 30, 60
"""The ages in days up to which debts are told apart; older ones are one."""


@dataclass(frozen=True, slots=True)
class Owed:
    """An amount, and how many customers owe some of it."""

    amount: Decimal
    customers: int


@dataclass(frozen=True, slots=True)
class DebtsOfAge(Owed):
    """What was charged from `from_days` to `to_days` ago, days of the store; None: or longer ago."""

    from_days: int
    to_days: int | None


@dataclass(frozen=True, slots=True)
class Debts:
    """All that customers owe, and the parts of it, the newest first."""

    total: Owed
    ages: tuple[DebtsOfAge, ...]


def first_days(today: date) -> tuple[date, date]:
    """The first days whose charges are recent, and not yet old."""
    return today - timedelta(days=RECENT_DAYS), today - timedelta(days=OLD_DAYS)


def debts_by_age(total: Owed, recent: Owed, middle: Owed, old: Owed) -> Debts:
    """The debts, of the amounts that are recent, between, and old."""
    bounds = ((0, RECENT_DAYS), (RECENT_DAYS + 1, OLD_DAYS), (OLD_DAYS + 1, None))
    ages = zip((recent, middle, old), bounds, strict=True)
    return Debts(total, tuple(DebtsOfAge(owed.amount, owed.customers, *days) for owed, days in ages))
