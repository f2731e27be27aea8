"""Fills a database of analytics with years of sales, made by SQL; the figures are the same every time.

The facts are inserted day by day, the rollups by their own selects, and products, stock, suppliers, customers
and users by the handlers of their events.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, LiteralString

import psycopg
from rich.progress import track

from libs.common.contracts.catalog import StockChanged, StockLevel
from libs.common.contracts.event import Event
from libs.common.db.database import Database
from libs.common.db.migrate import migrate
from libs.common.messaging.inbox import take_in
from libs.testing.received import received
from services.analytics.consumers import subscriptions
from services.analytics.tests.builders import STORE, a_customer, a_product, a_supplier, a_user
from services.analytics.usecases.sales.rollups import OF_LINES, OF_SALES

FIRST_DAY = date(2023, 5, 10)
NOON = time(12)
SUPPLIERS, USERS = 40, 30
EVENTS_A_BATCH = 1000
OFTEN_SHORT = 5  # one of so many selling products ran out once

# A customer with a hundredth of all sales; half of the others are anonymous.
BEST_CUSTOMER = 1
PRODUCT_INDEX = "ix_line_facts_product_id"

CUSTOMER: LiteralString = """case when order_id %% 100 = 0 then %(best_customer)s
    when hashint8(order_id) %% 2 = 0 then
        2 + (((hashint8extended(order_id, 1) & 1048575) / 1048576.0) ^ 3 * (%(customers)s - 2))::int end"""

INSERT_LINES: LiteralString = f"""
insert into line_facts (day, order_id, product_id, quantity, amount, tax_amount, tax_rate, customer_id)
select day, order_id, product_id, quantity, quantity * price,
    round(quantity * price * (array[0, 0, 0.08, 0.16])[rate], 2),
    (array['EXENT', '0.00', '0.08', '0.16'])[rate], {CUSTOMER}
from (
    select *, 10 + product_id %% 500 + 0.99 as price, least(1 + product_id %% 10, 4) as rate from (
        select day, order_id, 1 + (popular + line * 677) %% %(selling)s as product_id,
            1 + (random() * 3)::int as quantity
        from (
            select day::date, order_id, (random() ^ 2 * (%(selling)s - 1))::int as popular
            from generate_series(%(first)s::date, %(last)s::date, interval '1 day') as day,
                generate_series(1, %(sales_a_day)s) as number,
                lateral (select (day::date - %(first_day)s::date) * %(sales_a_day)s + number) as id(order_id)
        ) as orders, generate_series(0, 2) as line
    ) as sold
) as priced
order by day, order_id, product_id
"""

INSERT_SALES: LiteralString = f"""
insert into sale_facts
    (order_id, channel, customer_id, user_id, payment_method, units, final_amount, paid_at, day, hour,
    lines_tell_customer)
select order_id, channel, customer_id,
    case channel when 'WEB' then 1000 + order_id %% 5000 else 1 + order_id %% %(users)s end,
    case channel when 'WEB' then 'WEB'
        else (array['CASH', 'CARD', 'CREDIT', 'POINTS'])[1 + (chance * 3)::int] end,
    units, final_amount,
    (day + make_interval(hours => hour, mins => (order_id %% 60)::int)) at time zone 'America/Mexico_City',
    day, hour, true
from (
    select day, order_id, sum(quantity) as units, sum(amount + tax_amount) as final_amount,
        9 + (random() * 12)::int as hour, random() as chance,
        case when random() < 0.2 then 'WEB' else 'POS' end as channel,
        {CUSTOMER} as customer_id
    from line_facts where day between %(first)s and %(last)s group by day, order_id order by order_id
) as paid
"""


@dataclass(frozen=True, slots=True)
class Size:
    """How much is sold, of how many products, to how many customers."""

    sales: int = 1_000_000
    days: int = 1_096
    selling_products: int = 2_000
    products: int = 200_000
    customers: int = 50_000

    @property
    def last_day(self) -> date:
        """The last day of sales."""
        return FIRST_DAY + timedelta(days=self.days - 1)

    @property
    def sales_a_day(self) -> int:
        """The sales of each day."""
        return round(self.sales / self.days)


async def fill(url: str, size: Size) -> None:
    """Migrate the database, and fill it unless it is filled already. Shows its progress."""
    migrate("analytics", url)
    with psycopg.connect(url, autocommit=True) as connection:
        if connection.execute("select exists (select from sale_facts)").fetchone() == (True,):
            return
        _fill_facts(connection, size)
        _fill_rollups(connection)
    await _tell(url, size)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("vacuum (analyze)")
        connection.execute("checkpoint")


def _fill_facts(connection: psycopg.Connection[Any], size: Size) -> None:
    index = connection.execute(
        "select indexdef from pg_indexes where indexname = %s", (PRODUCT_INDEX,)
    ).fetchone()
    assert index, "the index has another name now"
    connection.execute(f"drop index {PRODUCT_INDEX}".encode())
    connection.execute("select setseed(0.5)")
    for first, last in track(list(_months(size)), "sales"):
        params = {
            "first": first,
            "last": last,
            "first_day": FIRST_DAY,
            "sales_a_day": size.sales_a_day,
            "selling": size.selling_products,
            "customers": size.customers,
            "users": USERS,
            "best_customer": BEST_CUSTOMER,
        }
        for statement in (INSERT_LINES, INSERT_SALES):
            connection.execute(statement, params)
    connection.execute(str(index[0]).encode())


def _months(size: Size) -> Iterator[tuple[date, date]]:
    """Stretches of thirty days: first and last."""
    for start in range(0, size.days, 30):
        first = FIRST_DAY + timedelta(days=start)
        yield first, min(first + timedelta(days=29), size.last_day)


def _fill_rollups(connection: psycopg.Connection[Any]) -> None:
    for rollup in track(OF_SALES, "rollups of sales"):
        connection.execute(rollup.insert("sale_facts").encode())
    for rollup in track(OF_LINES, "rollups of lines"):
        connection.execute(rollup.insert("line_facts").encode())


async def _tell(url: str, size: Size) -> None:
    """Let the handlers of the events describe everything that is named by an id."""
    database = Database(url, name="analytics-filled", size=2)
    await database.open()
    try:
        handlers = subscriptions(STORE)
        for batch in track(_batches(size), "products and people", total=_batches_of(size)):
            await take_in(database, handlers, [received(event) for event in batch])
    finally:
        await database.close()


def _batches_of(size: Size) -> int:
    return 2 + 2 * _parts(size.products) + _parts(size.customers)


def _parts(count: int) -> int:
    return -(-count // EVENTS_A_BATCH)


def _batches(size: Size) -> Iterator[Sequence[Event]]:
    yield [a_supplier(number, name=f"Supplier {number}") for number in range(1, SUPPLIERS + 1)]
    yield [a_user(number, username=f"user{number}") for number in range(1, USERS + 1)]
    for start in range(1, size.products + 1, EVENTS_A_BATCH):
        numbers = range(start, min(start + EVENTS_A_BATCH, size.products + 1))
        yield [_product(number) for number in numbers]
        yield [event for number in numbers for event in _stock(number, size)]
    for start in range(1, size.customers + 1, EVENTS_A_BATCH):
        numbers = range(start, min(start + EVENTS_A_BATCH, size.customers + 1))
        yield [a_customer(number) for number in numbers]


def _product(number: int) -> Event:
    supplier = None if number % 50 == 0 else 1 + number % SUPPLIERS
    return a_product(
        number, name=f"Product {number}", current_stock=0, supplier_id=supplier, deleted=number % 97 == 0
    )


def _stock(number: int, size: Size) -> Iterator[Event]:
    """The stock of a product; some that sell ran out half a month ago and came back after five days."""
    stock = max(100 - number % 105, 0)
    levels = [(400, stock, stock)]
    if number <= size.selling_products and number % OFTEN_SHORT == 0:
        levels += [(15, -stock, 0), (10, 50, 50)]
    for step, (days_ago, change, left) in enumerate(levels):
        level = StockLevel(product_id=number, change=change, current_stock=left, ledger_id=number * 10 + step)
        day = datetime.combine(size.last_day - timedelta(days=days_ago), NOON, UTC)
        yield StockChanged(reason="SALE", reference="order/1", products=(level,), changed_at=day)
