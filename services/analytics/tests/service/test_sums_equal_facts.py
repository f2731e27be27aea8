"""Reports read sums that each sale updates; they equal a report computed from the facts, to the cent."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from libs.common.contracts.sales import OrderPaid
from libs.common.db.database import Database
from libs.common.messaging.envelope import Received
from libs.testing.clock import FakeClock
from libs.testing.received import received
from services.analytics.domain.periods import NoSalesInPeriod, Period
from services.analytics.domain.sales_summary import ProductSales, SalesCell, summarise
from services.analytics.tests.builders import STORE, a_line, a_paid_order
from services.analytics.usecases.sales.recording import record_sales
from services.analytics.usecases.sales.summarising import summarise_sales

ORDERS, PRODUCTS, PERIODS, WORKERS = 300, 12, 40, 4
FIRST, LAST = date(2025, 10, 12), date(2026, 3, 20)

# The hour is computed again from the moment of payment: no value computed at ingest is used.
PLAIN_SALES = """
select extract(hour from paid_at at time zone 'America/Mexico_City')::int as hour, payment_method,
    count(*) as tickets, sum(final_amount) as revenue, min(final_amount) as lowest_ticket,
    max(final_amount) as highest_ticket
from sales where (paid_at at time zone 'America/Mexico_City')::date between %(start)s and %(end)s
group by 1, 2
"""

PLAIN_PRODUCTS = """
select (select name from products where products.product_id = sold_lines.product_id) as product_name,
    sum(quantity)::bigint as units_sold, sum(amount) as revenue
from sold_lines join sales using (order_id)
where (paid_at at time zone 'America/Mexico_City')::date between %(start)s and %(end)s
group by product_id order by sum(amount) desc, product_id
"""


def random_orders(random: Random) -> list[OrderPaid]:
    """Sales on some days of half a year: gaps, several in one hour, months with no sale at an edge."""
    days = [FIRST + timedelta(days=random.randrange((LAST - FIRST).days + 1)) for _ in range(40)]
    return [
        a_paid_order(
            *(
                a_line(product, quantity=random.randint(1, 5), unit_price=f"{random.randint(1, 99999) / 100}")
                for product in random.sample(range(1, PRODUCTS + 1), random.randint(1, 4))
            ),
            payment_method=random.choice(["CASH", "CARD", "POINTS", "CREDIT", "WEB"]),
            paid_at=datetime.combine(random.choice(days), datetime.min.time(), UTC)
            + timedelta(seconds=random.randrange(86_400)),
        )
        for _ in range(ORDERS)
    ]


async def count_in_parallel(database: Database, events: list[Received[OrderPaid]]) -> None:
    """Record batches in parallel, as several workers do, that update the same rows."""
    batches = [events[start : start + 7] for start in range(0, len(events), 7)]

    async def work(own: list[list[Received[OrderPaid]]]) -> None:
        for batch in own:
            async with database.transaction() as tx:
                await record_sales(tx, batch, timezone=STORE)

    await asyncio.gather(*(work(batches[worker::WORKERS]) for worker in range(WORKERS)))


@pytest.mark.parametrize("seed", range(4))
async def test_a_summary_of_any_period_equals_a_recomputation_from_the_facts(
    database: Database, clock: FakeClock, seed: int
) -> None:
    random = Random(seed)  # noqa: S311 - repeatable examples, not secrets
    events = [received(order) for order in random_orders(random)]
    sent_again = random.sample(events, 60)
    random.shuffle(events)
    await count_in_parallel(database, events + sent_again)

    for _ in range(PERIODS):
        start, end = sorted(FIRST + timedelta(days=random.randint(-20, 180)) for _ in range(2))
        period = Period(start, end)
        cells = await database.fetch_all(SalesCell, PLAIN_SALES, {"start": start, "end": end})
        try:
            summary = await summarise_sales(
                str(start), str(end), database=database, clock=clock, timezone=STORE
            )
        except NoSalesInPeriod:
            assert cells == []
            continue
        products = await database.fetch_all(ProductSales, PLAIN_PRODUCTS, {"start": start, "end": end})
        assert summary == summarise(period, cells, products)


async def test_the_facts_are_what_was_published(database: Database) -> None:
    orders = random_orders(Random(9))  # noqa: S311 - repeatable examples, not secrets
    await count_in_parallel(database, [received(order) for order in orders])
    facts = await database.fetch_dicts(
        "select count(*) as orders, sum(final_amount) as paid from sales"
    ) + await database.fetch_dicts(
        "select count(*) as lines, sum(quantity) as units, sum(amount + tax_amount) as paid from sold_lines"
    )
    lines = [line for order in orders for line in order.lines]
    paid = sum(order.final_amount for order in orders)
    assert facts == [
        {"orders": ORDERS, "paid": paid},
        {"lines": len(lines), "units": sum(line.quantity for line in lines), "paid": paid},
    ]


async def test_tickets_and_products_of_a_report_tell_of_the_same_sales_while_more_are_counted(
    database: Database, clock: FakeClock
) -> None:
    await count_in_parallel(database, [received(a_paid_order())])
    more = [received(a_paid_order()) for _ in range(ORDERS)]
    async with asyncio.TaskGroup() as tasks:
        counting = tasks.create_task(count_in_parallel(database, more))
        while not counting.done():
            summary = await summarise_sales(None, None, database=database, clock=clock, timezone=STORE)
            assert summary.total_units_sold == summary.overall.tickets


async def test_workers_that_want_the_same_sums_at_once_all_finish(database: Database) -> None:
    methods = ["CASH", "CARD", "POINTS", "CREDIT", "WEB"]
    products = range(1, PRODUCTS + 1)
    orders = [
        a_paid_order(*(a_line(product) for product in products), payment_method=methods[number % 5])
        for number in range(ORDERS)
    ]
    await count_in_parallel(database, [received(order) for order in orders])
    assert await database.fetch_value("select sum(tickets) from hourly_sales") == ORDERS
