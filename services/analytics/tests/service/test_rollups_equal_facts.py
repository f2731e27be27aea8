"""Facts and rollups equal a plain recomputation, in whatever order, how often and beside what events come."""

import asyncio
from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import LiteralString

import pytest

from libs.common.db.database import Database
from libs.testing.clock import FakeClock
from libs.testing.received import received
from services.analytics.domain.periods import NoSalesInPeriod
from services.analytics.tests.builders import STORE, a_line, a_paid_order
from services.analytics.tests.streams import (
    FIRST,
    ORDERS,
    PRODUCTS,
    consume_in_parallel,
    plainly,
    random_changes,
    random_orders,
    shuffled_and_doubled,
)
from services.analytics.usecases.reports.desk import Desk
from services.analytics.usecases.reports.summarising import summarise_sales
from services.analytics.usecases.sales.rollups import OF_LINES, OF_SALES, Rollup

PERIODS = 25
MONTHS: LiteralString = "(select *, date_trunc('month', day)::date as month from line_facts) as facts"


async def rows_of(database: Database, statement: LiteralString) -> list[dict[str, object]]:
    rows = await database.fetch_dicts(statement)
    return sorted(rows, key=repr)


async def is_sum_of(database: Database, rollup: Rollup, facts: LiteralString) -> bool:
    columns: LiteralString = ", ".join([rollup.keys, *rollup.sums])
    booked = await rows_of(database, f"select {columns} from {rollup.table}")
    return booked == await rows_of(database, rollup.select(facts))


@pytest.mark.parametrize("seed", range(6))
async def test_events_in_any_order_doubled_and_in_parallel_end_in_the_same_figures(
    database: Database, seed: int
) -> None:
    random = Random(seed)  # noqa: S311 - repeatable examples, not secrets
    orders = random_orders(random)
    told = [*orders, *(change for order in orders for change in random_changes(random, order))]

    await consume_in_parallel(database, shuffled_and_doubled(random, told))

    totals, units = plainly(told)
    sales = await database.fetch_dicts("select order_id, final_amount, units from sale_facts")
    assert {sale["order_id"]: sale["final_amount"] for sale in sales} == totals
    lines = await database.fetch_dicts(
        "select order_id, product_id, quantity from line_facts where quantity > 0"
    )
    assert {(line["order_id"], line["product_id"]): line["quantity"] for line in lines} == units
    paid_for_lines: dict[int, Decimal] = defaultdict(Decimal)
    for line in await database.fetch_dicts("select order_id, amount + tax_amount as total from line_facts"):
        paid_for_lines[line["order_id"]] += line["total"]
    assert paid_for_lines == totals
    for rollup in OF_SALES:
        assert await is_sum_of(database, rollup, "sale_facts")
    for rollup in OF_LINES:
        assert await is_sum_of(database, rollup, MONTHS)


# The day is computed again from the moment of payment: no value computed at ingest is used.
PLAIN_SUMMARY = """
select count(*) as tickets, coalesce(sum(final_amount), 0) as revenue, min(final_amount) as lowest
from sale_facts where (paid_at at time zone 'America/Mexico_City')::date between %(start)s and %(end)s
"""
PLAIN_PRODUCTS = """
select (select name from products where products.product_id = line_facts.product_id) as product_name,
    sum(quantity)::bigint as units_sold, sum(amount) as revenue
from line_facts join sale_facts using (order_id)
where (paid_at at time zone 'America/Mexico_City')::date between %(start)s and %(end)s
group by product_id order by sum(amount) desc, product_id
"""


@pytest.mark.parametrize("seed", range(3))
async def test_a_summary_of_any_period_equals_a_recomputation_from_the_facts(
    database: Database, clock: FakeClock, seed: int
) -> None:
    random = Random(seed)  # noqa: S311 - repeatable examples, not secrets
    await consume_in_parallel(database, [received(order) for order in random_orders(random)])
    desk = Desk(database, clock, STORE)
    for _ in range(PERIODS):
        start, end = sorted(FIRST + timedelta(days=random.randint(-20, 180)) for _ in range(2))
        days = {"start": start, "end": end}
        (plain,) = await database.fetch_dicts(PLAIN_SUMMARY, days)
        try:
            summary = (await summarise_sales(str(start), str(end), desk=desk)).content
        except NoSalesInPeriod:
            assert plain["tickets"] == 0
            continue
        overall = (summary.overall.tickets, summary.overall.revenue, summary.lowest_ticket)
        assert overall == (plain["tickets"], plain["revenue"], plain["lowest"])
        assert sum(method.revenue for method in summary.payment_methods) == plain["revenue"]
        products = await database.fetch_dicts(PLAIN_PRODUCTS, days)
        assert [(each.product_name, each.units_sold, each.revenue) for each in summary.products] == [
            tuple(row.values()) for row in products
        ]


async def test_tickets_and_products_of_a_report_tell_of_the_same_sales_while_more_are_counted(
    database: Database, clock: FakeClock
) -> None:
    desk = Desk(database, clock, STORE)
    await consume_in_parallel(database, [received(a_paid_order())])
    more = [received(a_paid_order()) for _ in range(ORDERS)]
    async with asyncio.TaskGroup() as tasks:
        counting = tasks.create_task(consume_in_parallel(database, more))
        while not counting.done():
            summary = (await summarise_sales(None, None, desk=desk)).content
            assert summary.total_units_sold == summary.overall.tickets


async def test_workers_that_want_the_same_sums_at_once_all_finish(database: Database) -> None:
    methods = ["CASH", "CARD", "POINTS", "CREDIT", "WEB"]
    products = range(1, PRODUCTS + 1)
    orders = [
        a_paid_order(*(a_line(product) for product in products), payment_method=methods[number % 5])
        for number in range(ORDERS)
    ]
    await consume_in_parallel(database, [received(order) for order in orders])
    assert await database.fetch_value("select sum(tickets) from sales_by_hour") == ORDERS
