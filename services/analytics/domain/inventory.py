"""The parameters of the lists of low stock and of dead inventory (contract §6)."""

from datetime import date

from services.analytics.domain.parameters import written_day, written_number
from services.analytics.domain.periods import thirty_days_before

STOCK_MAX = 2**63 - 1


def threshold_of(written: str) -> int | None:
    """The threshold that is written; None if it is no whole number, so that no stock is at or below it."""
    threshold = written_number(written)
    return None if threshold is None else max(-1, min(threshold, STOCK_MAX))


def unsold_since(written: str | None, *, today: date) -> date | None:
    """The day since when a dead product has had no sale; None if what is written is no day.

    A missing or empty one is 30 days before today.
    """
    return written_day(written) if written else thirty_days_before(today)
