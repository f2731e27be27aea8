"""Measures shifts: those that are open, and how their closes ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from prometheus_client import Counter, Gauge

from libs.common.clock import Clock
from libs.common.db.database import Database
from libs.common.errors import DomainError
from libs.common.metrics import set_age
from services.sales.domain.approvals import ApprovalInvalid, ApprovalRequired
from services.sales.domain.shifts import SalesUnsent

open_shifts = Gauge("sales_open_shifts", "Shifts of registers that are open")
oldest_shift_seconds = Gauge("sales_oldest_open_shift_seconds", "Age of the oldest open shift")
closes_total = Counter(
    "sales_shift_closes_total",
    "Closes of shifts by outcome: closed, or refused_difference (beyond the tolerance, without an approval), "
    "refused_unsent (the till had sales that it had not sent), refused_approval (an approval was not valid)",
    ["outcome"],
)
difference_total = Counter(
    "sales_shift_difference_money_total",
    "Money by which closed drawers had more (over) or less (short) than was expected, in the shop's currency",
    ["direction"],
)

REFUSED: Mapping[type[DomainError], str] = {
    SalesUnsent: "refused_unsent",
    ApprovalRequired: "refused_difference",
    ApprovalInvalid: "refused_approval",
}

# From 0 on: the rise to the first close is seen only against a value before.
for _outcome in ("closed", *REFUSED.values()):
    closes_total.labels(_outcome)
for _direction in ("over", "short"):
    difference_total.labels(_direction)

# Their index holds open shifts only.
MEASURE_OPEN = "select count(*) as number, min(opened_at) as oldest from shifts where status = 'OPEN'"


@dataclass(frozen=True, slots=True)
class _Open:
    number: int
    oldest: datetime | None


async def measure_open_shifts(*, database: Database, clock: Clock) -> None:
    """Set the gauges; without open shifts both are 0."""
    found = await database.fetch_only(_Open, MEASURE_OPEN)
    open_shifts.set(found.number)
    set_age(oldest_shift_seconds, found.oldest, now=clock())


def count_closed(difference: Decimal | None) -> None:
    """Count a shift that was closed with this difference."""
    closes_total.labels("closed").inc()
    if difference:
        difference_total.labels("over" if difference > 0 else "short").inc(float(abs(difference)))


def count_refused(refusal: DomainError) -> None:
    """Count a close that was refused and kept as an attempt."""
    closes_total.labels(REFUSED[type(refusal)]).inc()
