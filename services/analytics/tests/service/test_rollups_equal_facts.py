"""Figures and reports of many events that come at once equal a plain recomputation.

Fewer events, of all kinds and of any shape: `test_stream_machine.py`.
"""

import asyncio
from datetime import timedelta
from random import Random

import pytest

from libs.common.db.database import Database
from libs.testing.clock import FakeClock
from libs.testing.received import received
from services.analytics.tests.builders import STORE, a_customer, a_line, a_paid_order
from services.analytics.tests.plain import Plain
from services.analytics.tests.plain_reports import assert_reports_are_plain
from services.analytics.tests.plain_tables import assert_tables_are_plain
from services.analytics.tests.streams import (
    CUSTOMERS,
    FIRST,
    ORDERS,
    PRODUCTS,
    consume_in_parallel,
    random_changes,
    random_orders,
    shuffled_and_doubled,
)
from services.analytics.usecases.reports.desk import Desk
from services.analytics.usecases.reports.summarising import summarise_sales

PERIODS = 15


@pytest.mark.parametrize("seed", range(3))
async def test_many_events_in_any_order_doubled_and_in_parallel_end_in_the_same_figures(
    database: Database, clock: FakeClock, seed: int
) -> None:
    random = Random(seed)  # noqa: S311 - repeatable examples, not secrets
    orders = random_orders(random)
    stream = shuffled_and_doubled(
        random,
        [
            *orders,
            *(change for order in orders for change in random_changes(random, order)),
            *(a_customer(number) for number in range(1, CUSTOMERS + 1)),
        ],
    )

    await consume_in_parallel(database, stream)

    plain, desk = Plain(stream, STORE), Desk(database, clock, STORE)
    await assert_tables_are_plain(database, plain)
    for _ in range(PERIODS):
        start, end = sorted(FIRST + timedelta(days=random.randint(-250, 450)) for _ in range(2))
        await assert_reports_are_plain(desk, plain, start, end)


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
