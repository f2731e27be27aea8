"""Measures the attempts to pay that are open: payments under way, and those that wait for customers."""

from dataclasses import dataclass
from datetime import datetime

from prometheus_client import Gauge

from libs.common.clock import Clock
from libs.common.db.database import Database
from libs.common.metrics import set_age

open_attempts = Gauge(
    "sales_open_payment_attempts", "Attempts to pay with points or credit that have not ended"
)
oldest_attempt_seconds = Gauge("sales_oldest_payment_attempt_seconds", "Age of the oldest open attempt")

# Their index holds open attempts only.
MEASURE_OPEN = """
select count(*) as number, min(started_at) as oldest from payment_attempts where outcome is null
"""


@dataclass(frozen=True, slots=True)
class _Open:
    number: int
    oldest: datetime | None


async def measure_open_attempts(*, database: Database, clock: Clock) -> None:
    """Set the gauges; without open attempts both are 0."""
    found = await database.fetch_only(_Open, MEASURE_OPEN)
    open_attempts.set(found.number)
    set_age(oldest_attempt_seconds, found.oldest, now=clock())
