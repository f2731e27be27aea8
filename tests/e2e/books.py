"""Checks in the databases that the records of all services agree.

Each check yields one sentence per disagreement.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from decimal import Decimal
from typing import Any, LiteralString

import psycopg
from psycopg.rows import TupleRow

from deploy.local.suite import LocalSuite
from libs.common.messaging.broker import Broker
from libs.common.messaging.deadletters import list_dead_letters
from tests.e2e.waiting import eventually

PUBLISHERS = ("auth", "catalog", "sales", "customers")
CONSUMERS = ("catalog", "customers", "analytics")
SETTLE_SECONDS = 30
LAPSE_SECONDS = 75
"""A lease, the period of the expiry job, and a margin."""

Row = tuple[Any, ...]

STOCK: LiteralString = """
select products.id, current_stock, coalesce(sum(change), 0)
from products left join stock_ledger on product_id = products.id
group by products.id
"""
TAKEN: LiteralString = """
select product_id, -sum(change) from stock_ledger where reason in ('SALE', 'RELEASE', 'CANCELLATION')
group by product_id having sum(change) <> 0
"""
CONFIRMED: LiteralString = """
select id, product_id, quantity from allocations join allocation_lines on allocation_id = id
where status = 'CONFIRMED'
"""
HELD: LiteralString = """
select id, product_id, quantity from allocations join allocation_lines on allocation_id = id
where status = 'HELD'
"""
ORDER_UUIDS: LiteralString = "select uuid from orders"
ORDERED: LiteralString = """
select uuid, product_id, quantity from orders join order_lines on order_id = id where status <> 'CANCELLED'
"""

# Events have times in whole seconds.
PAID: LiteralString = """
select id, customer_id, payment_method, final_amount, date_trunc('second', paid_at)
from orders where status = 'PAID'
"""
FACTS: LiteralString = "select order_id, customer_id, payment_method, final_amount, paid_at from sales"
PAID_BY_HOUR: LiteralString = """
select (paid_at at time zone 'America/Mexico_City')::date,
    extract(hour from paid_at at time zone 'America/Mexico_City')::int,
    payment_method, count(*), sum(final_amount), min(final_amount), max(final_amount)
from orders where status = 'PAID' group by 1, 2, 3
"""
HOURLY_SUMS: LiteralString = """
select day, hour, payment_method, tickets, revenue, lowest_ticket, highest_ticket from hourly_sales
"""
SOLD_BY_MONTH: LiteralString = """
select date_trunc('month', paid_at at time zone 'America/Mexico_City')::date, product_id,
    sum(quantity), sum(amount)
from orders join order_lines on order_id = id where status = 'PAID' group by 1, 2
"""
MONTHLY_SUMS: LiteralString = "select month, product_id, units_sold, revenue from monthly_product_sales"

POINTS: LiteralString = """
select customers.id, current_points, coalesce(sum(amount), 0)
from customers left join points_ledger on customer_id = customers.id
group by customers.id
"""
EARNED: LiteralString = """
select reference, customer_id, amount from points_ledger where transaction_type = 'EARN'
"""
POINTS_DUE: LiteralString = """
select uuid, customer_id, round(final_amount / 100)::int from orders
where status = 'PAID' and customer_id is not null and round(final_amount / 100) > 0
"""

CREDIT: LiteralString = """
select customers.id, credit_used,
    coalesce(sum(case transaction_type when 'PAYMENT' then -amount else amount end), 0)
from customers left join credit_ledger on customer_id = customers.id
group by customers.id
"""
CHARGED: LiteralString = """
select id, order_uuid, customer_id, points, credit from charges where customer_id is not null
"""
PAID_BY_CHARGE: LiteralString = """
select charge_id, uuid, customer_id, points, credit
from payment_attempts join orders on order_id = id where outcome = 'charged' and status = 'PAID'
"""
PAID_FROM_BALANCES: LiteralString = """
select uuid from orders where status = 'PAID' and payment_method in ('POINTS', 'CREDIT') and final_amount > 0
"""
CHARGED_ORDERS: LiteralString = "select order_uuid from charges where customer_id is not null"
OPEN_PAYMENTS: LiteralString = "select id, status from orders where status = 'PAYING'"

UNPUBLISHED: LiteralString = "select id, type, subject from outbox"

ORDERS_OF_PRODUCTS: LiteralString = """
select id, status, final_amount::text from orders
where id in (select order_id from order_lines where product_id = any(%(product_ids)s))
"""

REVENUE: LiteralString = "select coalesce(sum(final_amount), 0) from orders where status = 'PAID'"


class Books:
    """The databases of a suite, open for reading."""

    def __init__(self, suite: LocalSuite, open_until_the_end: ExitStack) -> None:
        self._suite = suite
        self._open = open_until_the_end
        self._connections: dict[str, psycopg.Connection[TupleRow]] = {}

    def rows(self, service: str, statement: LiteralString, **parameters: object) -> list[Row]:
        """The rows of a query in a service's database."""
        if service not in self._connections:
            connection = psycopg.connect(self._suite.database_url(service), autocommit=True)
            self._connections[service] = self._open.enter_context(connection)
        return self._connections[service].execute(statement, parameters).fetchall()

    def disagreements(self) -> list[str]:
        """All current disagreements."""
        return [
            *self._stock(),
            *self._allocations(),
            *self._points(),
            *self._charges(),
            *self._analytics(),
            *self._outboxes(),
        ]

    def held(self) -> list[str]:
        """Allocations without an order: placing it was cut off, and the lease still runs."""
        return [
            f"{quantity} of product {product} are still held for order {uuid}"
            for uuid, product, quantity in self.rows("catalog", HELD)
        ]

    def _stock(self) -> Iterator[str]:
        for product_id, stock, ledger in self.rows("catalog", STOCK):
            if stock != ledger or stock < 0:
                yield f"product {product_id} has {stock} pieces, its ledger says {ledger}"
        taken: Counter[int] = Counter()
        for _, product_id, quantity in (*self.rows("sales", ORDERED), *self.rows("catalog", HELD)):
            taken[product_id] += quantity
        yield from _differences("pieces taken, per product", self.rows("catalog", TAKEN), taken.items())

    def _allocations(self) -> Iterator[str]:
        orders = set(self.rows("sales", ORDER_UUIDS))
        for uuid, *_ in self.rows("catalog", HELD):
            if (uuid,) in orders:
                yield f"catalog has not heard what became of order {uuid}"
        confirmed, ordered = self.rows("catalog", CONFIRMED), self.rows("sales", ORDERED)
        yield from _differences("what catalog gave to orders, per line", confirmed, ordered)

    def _points(self) -> Iterator[str]:
        for customer_id, points, ledger in self.rows("customers", POINTS):
            if points != ledger or points < 0:
                yield f"customer {customer_id} has {points} points, the ledger says {ledger}"
        yield from _differences(
            "points earned, per order", self.rows("customers", EARNED), self.rows("sales", POINTS_DUE)
        )

    def _charges(self) -> Iterator[str]:
        for customer_id, used, ledger in self.rows("customers", CREDIT):
            if used != ledger or used < 0:
                yield f"customer {customer_id} owes {used}, the ledger says {ledger}"
        for order_id, status in self.rows("sales", OPEN_PAYMENTS):
            yield f"order {order_id} is {status}"
        for what, charged, paid in (
            ("charges and what they paid", CHARGED, PAID_BY_CHARGE),
            ("charges, per order", CHARGED_ORDERS, PAID_FROM_BALANCES),
        ):
            yield from _differences(what, self.rows("customers", charged), self.rows("sales", paid))

    def _analytics(self) -> Iterator[str]:
        for what, counted, recomputed in (
            ("sales", FACTS, PAID),
            ("sales by hour", HOURLY_SUMS, PAID_BY_HOUR),
            ("products by month", MONTHLY_SUMS, SOLD_BY_MONTH),
        ):
            yield from _differences(what, self.rows("analytics", counted), self.rows("sales", recomputed))

    def _outboxes(self) -> Iterator[str]:
        for service in PUBLISHERS:
            for row in self.rows(service, UNPUBLISHED):
                yield f"in the outbox of {service} waits {row}"


def assert_books_agree(suite: LocalSuite) -> None:
    """Wait until all events have arrived and all records agree; fails with the disagreements.

    Stock held for orders that a crash cut off counts as taken: see `assert_nothing_held`.
    """
    _wait_until_none(suite, Books.disagreements, within_seconds=SETTLE_SECONDS)
    with ThreadPoolExecutor(1) as elsewhere:  # pytest's thread has its own loop
        assert not elsewhere.submit(asyncio.run, _dead_letters(suite)).result()


def assert_nothing_held(suite: LocalSuite) -> None:
    """Wait until all stock held for orders that a crash cut off is back."""
    _wait_until_none(suite, Books.held, within_seconds=LAPSE_SECONDS)


def _wait_until_none(suite: LocalSuite, find: Callable[[Books], list[str]], *, within_seconds: float) -> None:
    with ExitStack() as stack:
        books = Books(suite, stack)

        def none_left() -> None:
            found = find(books)
            assert not found, "\n".join(found)

        eventually(none_left, within_seconds=within_seconds)


def orders_of(suite: LocalSuite, product_ids: Iterable[int]) -> list[Row]:
    """Id, status and amount of every order with one of the products."""
    with ExitStack() as stack:
        return Books(suite, stack).rows("sales", ORDERS_OF_PRODUCTS, product_ids=list(product_ids))


def revenue_of_paid_orders(suite: LocalSuite) -> Decimal:
    """The sum of all paid orders in the shop."""
    with ExitStack() as stack:
        ((revenue,),) = Books(suite, stack).rows("sales", REVENUE)
        return Decimal(revenue)


async def _dead_letters(suite: LocalSuite) -> list[str]:
    broker = Broker(suite.amqp_url, prefix=suite.state.memory().amqp_prefix, name="e2e")
    await broker.open()
    try:
        await broker.connected()
        return [
            f"{service} could not take in {letter.type}: {letter.error}"
            for service in CONSUMERS
            for letter in await list_dead_letters(broker, service)
        ]
    finally:
        await broker.close()


def _differences(what: str, left: Iterable[Row], right: Iterable[Row]) -> Iterator[str]:
    """A sentence for every row that is only in `left` or only in `right`, the rows of sales."""
    left_rows, right_rows = set(left), set(right)
    if left_rows != right_rows:
        yield f"{what}: too many {left_rows - right_rows}, missing {right_rows - left_rows}"
