"""The CPU of recording paid orders: analytics' handlers, the inbox and the commit, Python and PostgreSQL.

An order has three lines of different products; reading its message is not part of it. The rollup of a product
is touched at random: with 2,000 products nearly every line of a batch is a row of its own, as bad as it gets.
"""

import gc
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from bench.calibration import REFERENCE_MS, Calibration
from libs.common.contracts.sales import OrderPaid
from libs.common.db.database import Database
from libs.common.messaging.envelope import Received
from libs.common.messaging.inbox import take_in
from libs.common.process.serve import GC_ALLOCATIONS
from libs.testing.received import received
from services.analytics.consumers import subscriptions
from services.analytics.tests.builders import STORE, a_line, a_paid_order

NAME = "analytics-ingest"
SIZES = (1, 20, 200)
ORDERS_A_ROUND = 1000
ROUNDS = 5
WARM_UP = 4
MORNING = datetime(2026, 6, 1, 16, tzinfo=UTC)
METHODS = ("CASH", "CARD", "WEB", "CREDIT")

SELECT_BACKENDS = f"select pid from pg_stat_activity where application_name = '{NAME}'"
SELECT_LAST = "select coalesce(max(order_id), 0) from sale_facts"


@dataclass(frozen=True, slots=True)
class Cost:
    """N-µs an order, in batches of `size`; the quietest round of several counts."""

    size: int
    python: float
    postgresql: float

    @property
    def together(self) -> float:
        """Both."""
        return self.python + self.postgresql


async def measure_ingest(
    url: str,
    products: int,
    *,
    sizes: Sequence[int] = SIZES,
    rounds: int = ROUNDS,
    orders: int = ORDERS_A_ROUND,
) -> list[Cost]:
    """Record orders in batches of each size, in rounds that take turns."""
    database = Database(url, name=NAME, size=2)
    await database.open()
    thresholds = gc.get_threshold()
    try:
        gc.freeze()
        gc.set_threshold(GC_ALLOCATIONS)  # as in every process (`serve`)
        costs: dict[int, list[Cost]] = {size: [] for size in sizes}
        for number in range(rounds):
            for size in sizes:
                count = max(orders // size, 1) + WARM_UP
                batches = await _batches(database, size, count, products, number)
                costs[size].append(await _round(database, size, batches))
        return [min(each, key=lambda cost: cost.together) for each in costs.values()]
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()
        await database.close()


async def _round(database: Database, size: int, batches: Sequence[Sequence[Received[OrderPaid]]]) -> Cost:
    handlers = subscriptions(STORE)
    for batch in batches[:WARM_UP]:
        await take_in(database, handlers, batch)
    async with database.connection() as sql:
        backends = await sql.fetch_values(SELECT_BACKENDS)
    gc.collect()
    with Calibration() as calibration:
        server, own = _cpu_seconds(backends), time.process_time()
        for batch in batches[WARM_UP:]:
            await take_in(database, handlers, batch)
        own, server = time.process_time() - own, _cpu_seconds(backends) - server
    norm = 1e6 / (size * (len(batches) - WARM_UP)) * REFERENCE_MS / calibration.ms
    return Cost(size, own * norm, server * norm)


def _cpu_seconds(pids: Sequence[int]) -> float:
    """CPU of processes so far, to the nanosecond; not a number if they run elsewhere, as in a container."""
    statistics = [Path(f"/proc/{pid}/schedstat") for pid in pids]
    if not all(each.exists() for each in statistics):
        return math.nan
    return sum(int(each.read_text().split()[0]) for each in statistics) / 1e9


async def _batches(
    database: Database, size: int, count: int, products: int, step: int
) -> list[list[Received[OrderPaid]]]:
    first = 1 + int(await database.fetch_value(SELECT_LAST))
    orders = (
        _order(first + number, products, MORNING + timedelta(minutes=number, days=step))
        for number in range(size * count)
    )
    return [[received(next(orders)) for _ in range(size)] for _ in range(count)]


def _order(number: int, products: int, paid_at: datetime) -> OrderPaid:
    lines = [
        a_line(1 + (number * 7919 + line * 677) % products, quantity=2).model_copy(
            update={"tax_rate": "0.16", "discount_amount": Decimal("0.00")}
        )
        for line in range(3)
    ]
    return a_paid_order(
        *lines,
        order_id=number,
        payment_method=METHODS[number % 4],
        paid_at=paid_at,
        user_id=1 + number % 30,
        customer_id=None if number % 2 else 1 + number % 50_000,
    )
