"""Records `sales.order_paid` as facts and their sums, in one statement.

The sums stay equal to the facts because both are written by the same statement, and only for orders that are
not yet recorded. Sums are locked in the order of their keys, so workers do not deadlock.
"""

from collections.abc import Iterator, Sequence
from typing import LiteralString
from zoneinfo import ZoneInfo

from libs.common.contracts.sales import OrderPaid
from libs.common.db.database import Transaction
from libs.common.db.json_rows import json_rows
from libs.common.messaging.envelope import Received
from libs.common.store_calendar import store_hour

# The orders that no event has recorded yet: a redelivery or a replay adds nothing to the sums.
FRESH = """
fresh as (
    insert into sales (order_id, channel, customer_id, payment_method, final_amount, paid_at, day, hour)
    select * from json_to_recordset(%(sales)s::json) as given(
        order_id bigint, channel text, customer_id bigint, payment_method text, final_amount numeric,
        paid_at timestamptz, day date, hour smallint
    )
    order by order_id
    on conflict (order_id) do nothing
    returning order_id, payment_method, final_amount, day, date_trunc('month', day)::date as month, hour
)"""

# The lines of the fresh orders, materialized because three parts read them: the JSON is parsed once.
FRESH_LINES = """
fresh_lines as materialized (
    select fresh.day, fresh.month, given.* from json_to_recordset(%(lines)s::json) as given(
        order_id bigint, line smallint, product_id bigint, product_name text, quantity int, amount numeric,
        tax_amount numeric
    )
    join fresh using (order_id)
)"""

LINE_FACTS = """
line_facts as (
    insert into sold_lines (day, order_id, line, product_id, quantity, amount, tax_amount)
    select day, order_id, line, product_id, quantity, amount, tax_amount
    from fresh_lines order by day, order_id, line
)"""

# A product that catalog has not described yet takes its name from its first sale.
NAMES = """
names as (
    insert into products (product_id, name, deleted, sequence)
    select distinct on (product_id) product_id, product_name, false, 0 from fresh_lines order by product_id
    on conflict (product_id) do nothing
)"""


def _sums(table: LiteralString, period: LiteralString) -> LiteralString:
    """The part that adds the fresh orders to their sums by `period` (a day or a month), hour and method."""
    return f"""
{period}_sums as (
    insert into {table} as known
        ({period}, hour, payment_method, tickets, revenue, lowest_ticket, highest_ticket)
    select {period}, hour, payment_method, count(*), sum(final_amount), min(final_amount), max(final_amount)
    from fresh group by 1, 2, 3 order by 1, 2, 3
    on conflict ({period}, hour, payment_method) do update set
        tickets = known.tickets + excluded.tickets,
        revenue = known.revenue + excluded.revenue,
        lowest_ticket = least(known.lowest_ticket, excluded.lowest_ticket),
        highest_ticket = greatest(known.highest_ticket, excluded.highest_ticket)
)"""


PRODUCT_SUMS = """
insert into monthly_product_sales as known (month, product_id, units_sold, revenue)
select month, product_id, sum(quantity), sum(amount) from fresh_lines group by 1, 2 order by 1, 2
on conflict (month, product_id) do update set
    units_sold = known.units_sold + excluded.units_sold,
    revenue = known.revenue + excluded.revenue
"""

INSERT_SALES = f"""
with {FRESH}, {FRESH_LINES}, {LINE_FACTS}, {NAMES},
{_sums("hourly_sales", "day")}, {_sums("monthly_sales", "month")}
{PRODUCT_SUMS}"""


async def record_sales(tx: Transaction, events: Sequence[Received[OrderPaid]], *, timezone: ZoneInfo) -> None:
    """Record paid orders, each exactly once, on the store's day and hour of their payment."""
    orders = {received.event.order_id: received.event for received in events}.values()
    await tx.execute(
        INSERT_SALES,
        {
            "sales": json_rows(_sale(order, timezone) for order in orders),
            "lines": json_rows(line for order in orders for line in _lines(order)),
        },
    )


def _sale(order: OrderPaid, timezone: ZoneInfo) -> dict[str, object]:
    paid = store_hour(order.paid_at, timezone)
    return {
        "order_id": order.order_id,
        "channel": order.channel,
        "customer_id": order.customer_id,
        "payment_method": order.payment_method,
        "final_amount": order.final_amount,
        "paid_at": order.paid_at,
        "day": paid.day,
        "hour": paid.hour,
    }


def _lines(order: OrderPaid) -> Iterator[dict[str, object]]:
    for number, line in enumerate(order.lines):
        yield {
            "order_id": order.order_id,
            "line": number,
            "product_id": line.product_id,
            "product_name": line.product_name,
            "quantity": line.quantity,
            "amount": line.amount,
            "tax_amount": line.tax_amount,
        }
