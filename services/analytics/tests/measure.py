"""Measures reports and ingest with years of sales. Run it by hand, against an empty database of its own:

    python -m services.analytics.tests.measure --database-url postgresql://…/analytics_measured [--plans]

Fills the database once (1 M orders, 3 M lines, 2 000 products, 3 years; a few minutes), then measures.
N-us are microseconds of CPU on a core that takes 50 ms for a million Python additions, so that results of
different machines can be compared.
"""

import argparse
import asyncio
import statistics
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from libs.common.db.database import Database
from libs.common.db.migrate import migrate
from libs.testing.received import received
from services.analytics.tests.builders import STORE, a_line, a_paid_order
from services.analytics.usecases.sales.recording import record_sales
from services.analytics.usecases.sales.summarising import (
    SELECT_PRODUCTS,
    SELECT_SALES,
    summarise_sales,
)

PRODUCTS = 2_000
FIRST_DAY, DAYS = date(2023, 5, 10), 1_096
LAST_DAY = FIRST_DAY + timedelta(days=DAYS - 1)
LONG, SHORT = (FIRST_DAY + timedelta(days=12), LAST_DAY), (LAST_DAY - timedelta(days=29), LAST_DAY)
MIDDLE = (date(2025, 1, 17), date(2025, 2, 15))
ROUNDS, PROBE_EVERY = 15, 10
BATCHES_OF = {20: 150, 60: 100, 200: 30}
REFERENCE_MS = 50
CLOCK_TICK_SECONDS = 0.01
BACKENDS = "select pid from pg_stat_activity where application_name = current_setting('application_name')"

FILL = (
    """
    insert into products (product_id, name, deleted, sequence)
    select id, 'Product ' || id, false, 1 from generate_series(1, %(products)s) as id
    """,
    """
    insert into sales (order_id, channel, customer_id, payment_method, final_amount, paid_at, day, hour)
    select id, 'POS', null, (array['CASH', 'CARD', 'CREDIT', 'POINTS'])[1 + (random() * 3)::int],
        0, day + make_interval(hours => hour), day, hour
    from (select id, %(first_day)s::date + (id * %(days)s::bigint / %(orders)s)::int as day,
                 9 + (random() * 12)::int as hour
          from generate_series(0, %(orders)s - 1) as id) as placed
    """,
    """
    insert into sold_lines (day, order_id, line, product_id, quantity, amount, tax_amount)
    select day, order_id, line, product_id, quantity, quantity * price, round(quantity * price * 0.16, 2)
    from (select day, order_id, line, 1 + (random() ^ 2 * (%(products)s - 1))::int as product_id,
                 1 + (random() * 3)::int as quantity, (10 + random() * 500)::numeric(14, 2) as price
          from sales, generate_series(0, 2) as line) as sold
    """,
    """
    update sales set final_amount = bought.total
    from (select order_id, sum(amount + tax_amount) as total from sold_lines group by order_id) as bought
    where bought.order_id = sales.order_id
    """,
    """
    insert into hourly_sales
    select day, hour, payment_method, count(*), sum(final_amount), min(final_amount), max(final_amount)
    from sales group by 1, 2, 3 order by 1, 2, 3
    """,
    """
    insert into monthly_sales
    select date_trunc('month', day), hour, payment_method, count(*), sum(final_amount),
        min(final_amount), max(final_amount)
    from sales group by 1, 2, 3 order by 1, 2, 3
    """,
    """
    insert into monthly_product_sales
    select date_trunc('month', day), product_id, sum(quantity), sum(amount)
    from sold_lines group by 1, 2 order by 1, 2
    """,
)


def say(line: str) -> None:
    """Print one line of the result."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def fill(database: Database, orders: int) -> None:
    """Fill the database with years of sales, unless it is filled already."""
    async with database.connection() as sql:
        if await sql.fetch_value("select exists (select from sales)"):
            return
        await sql.execute("set statement_timeout = 0")
        for statement in FILL:
            params = {"products": PRODUCTS, "orders": orders, "days": DAYS, "first_day": FIRST_DAY}
            await sql.execute(statement, {k: v for k, v in params.items() if f"%({k})s" in statement})
        await sql.execute("vacuum full analyze sales")
        await sql.execute("vacuum analyze")


async def measure_report(database: Database, name: str, period: tuple[date, date]) -> None:
    """Measure the median wall time of the whole use case."""
    start, end = (day.isoformat() for day in period)
    walls = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        summary = await summarise_sales(
            start, end, database=database, clock=lambda: datetime(2026, 6, 1, tzinfo=UTC), timezone=STORE
        )
        walls.append((time.perf_counter() - began) * 1000)
    say(
        f"{name:28} {start}..{end}: median {statistics.median(walls):6.1f} ms, best {min(walls):6.1f} ms "
        f"({summary.overall.tickets} tickets, {len(summary.products)} products)"
    )


async def show_plans(database: Database) -> None:
    """Print the query plans of the three-year report."""
    cuts = {
        "start": LONG[0],
        "months_start": date(2023, 6, 1),
        "months_stop": date(2026, 5, 1),
        "stop": LONG[1] + timedelta(days=1),
    }
    async with database.connection() as sql:
        for statement in (SELECT_SALES, SELECT_PRODUCTS):
            for row in await sql.fetch_values("explain (analyze, buffers) " + statement, cuts):
                say(f"    {row}")


def cost_of_a_million_additions() -> float:
    """The milliseconds of CPU for a million additions: the present speed of this core."""
    began, total = time.process_time(), 0
    for number in range(100_000):
        total += number
    return (time.process_time() - began) * 10_000


def cpu_seconds(pids: list[int]) -> float:
    """User and system CPU of processes so far."""
    stats = [Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split() for pid in pids]
    return sum(int(fields[11]) + int(fields[12]) for fields in stats) * CLOCK_TICK_SECONDS


async def measure_ingest(database: Database, size: int, count: int) -> None:
    """Measure the CPU of this process and its backends: `count` batches of `size` orders of three lines."""
    first = await database.fetch_value("select max(order_id) + 1 from sales")
    batches = [
        [
            received(
                a_paid_order(
                    *(
                        a_line(1 + (batch * 7919 + number * 37 + line) % PRODUCTS, quantity=2)
                        for line in range(3)
                    ),
                    order_id=first + batch * size + number,
                    paid_at=datetime(2026, 5, 10, 18, tzinfo=UTC) + timedelta(minutes=batch),
                )
            )
            for number in range(size)
        ]
        for batch in range(count)
    ]
    async with database.connection() as sql:
        backends = await sql.fetch_values(BACKENDS)
    python, server, probes = 0.0, cpu_seconds(backends), []
    for number, batch in enumerate(batches):
        if number % PROBE_EVERY == 0:
            probes.append(cost_of_a_million_additions())
        began = time.process_time()
        async with database.transaction() as tx:
            await record_sales(tx, batch, timezone=STORE)
        python += time.process_time() - began
    server = cpu_seconds(backends) - server
    additions = statistics.median(probes)
    norm = 1e6 / (size * count) * REFERENCE_MS / additions
    say(
        f"ingest, batches of {size:3}: {python * norm:.0f} Python + {server * norm:.0f} PostgreSQL N-us "
        f"an order (a million additions: {additions:.1f} ms)"
    )


async def measure(url: str, orders: int, *, plans: bool) -> None:
    """Fill the database, then run every measurement in turn."""
    database = Database(url, name="analytics-measured", size=2)
    await database.open()
    try:
        await fill(database, orders)
        await measure_report(database, "30 days to the last", SHORT)
        await measure_report(database, "30 days across two months", MIDDLE)
        await measure_report(database, "3 years", LONG)
        if plans:
            await show_plans(database)
        for size, count in BATCHES_OF.items():
            await measure_ingest(database, size, count)
    finally:
        await database.close()


def main() -> None:
    """Run the measurements from the command line."""
    parser = argparse.ArgumentParser(prog="measure", description=__doc__)
    parser.add_argument("--database-url", required=True)
    parser.add_argument("--orders", type=int, default=1_000_000)
    parser.add_argument("--plans", action="store_true")
    arguments = parser.parse_args()
    migrate("analytics", arguments.database_url)
    asyncio.run(measure(arguments.database_url, arguments.orders, plans=arguments.plans))


if __name__ == "__main__":
    main()
