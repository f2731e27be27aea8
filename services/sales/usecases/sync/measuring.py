"""Measures what waits of the sales that tills send later, and what people have to look at."""

from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

from prometheus_client import Gauge

from libs.common.clock import Clock
from libs.common.db.database import Database
from libs.common.metrics import set_age
from services.sales.domain.synced import Status

held_sales = Gauge("sales_held_sales", "Sales of tills that could not be booked, and wait for a person")
waiting_seconds = Gauge(
    "sales_oldest_waiting_sale_seconds", "Age of the oldest sale that a till has sent and that is not booked"
)
unsent_sales = Gauge("sales_unsent_sales", "Sales that tills had not sent when they were last heard of")
missing_numbers = Gauge(
    "sales_missing_ticket_numbers", "Numbers of tickets below a register's last one that have not arrived"
)
unreviewed_orders = Gauge("sales_unreviewed_orders", "Orders with flags that nobody has reviewed")

# Each index holds what is counted only; there are as many rows of numbers as registers.
MEASURE: LiteralString = f"""
select
    (select count(*) from synced_sales where errors is not null and status = '{Status.HELD}') as held,
    (select min(received_at) from synced_sales where status = '{Status.RECEIVED}') as waiting_since,
    coalesce(sum(unsent), 0) as unsent,
    coalesce(sum((
        select sum(upper(gap) - lower(gap))
        from unnest(int8multirange(int8range(1, last_seq + 1)) - numbers) as gap
    )), 0) as missing,
    (select count(*) from orders where flags is not null and reviewed_at is null) as unreviewed
from register_numbers
"""


@dataclass(frozen=True, slots=True)
class _Found:
    held: int
    waiting_since: datetime | None
    unsent: int
    missing: int
    unreviewed: int


async def measure_synced_sales(*, database: Database, clock: Clock) -> None:
    """Set the gauges; where nothing waits, all are 0."""
    found = await database.fetch_only(_Found, MEASURE)
    held_sales.set(found.held)
    set_age(waiting_seconds, found.waiting_since, now=clock())
    unsent_sales.set(found.unsent)
    missing_numbers.set(found.missing)
    unreviewed_orders.set(found.unreviewed)
