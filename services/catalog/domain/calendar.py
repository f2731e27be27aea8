"""What day is it in the store?"""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment and the day that the store's calendar shows then: promotions go by the day."""

    at: datetime
    day: date


def moment(at: datetime, store_timezone: ZoneInfo) -> Moment:
    """The moment as the store sees it."""
    return Moment(at, at.astimezone(store_timezone).date())
