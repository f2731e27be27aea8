"""How does a paid order get into the reports? `sales.order_paid` → facts and their sums, in one statement."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from libs.common.contracts.sales import OrderPaid
from libs.common.db.database import Transaction
from libs.common.messaging.envelope import Received
from services.analytics.domain.calendar import store_hour

# Only orders that no fact knows yet reach the sums, whoever tells of them again: the broker or a replay.
# Rows of the sums are locked in the order of their keys, so that two workers never wait for each other.
RECORD_SALES = """
with heard as (
    select * from unnest(
        %(order_ids)s::bigint[], %(channels)s::text[], %(customer_ids)s::bigint[],
        %(payment_methods)s::text[], %(final_amounts)s::numeric[], %(paid_ats)s::timestamptz[],
        %(days)s::date[], %(hours)s::smallint[]
    ) as heard(order_id, channel, customer_id, payment_method, final_amount, paid_at, day, hour)
), fresh as (
    insert into sales (order_id, channel, customer_id, payment_method, final_amount, paid_at, day, hour)
    select order_id, channel, customer_id, payment_method, final_amount, paid_at, day, hour
    from heard order by order_id
    on conflict (order_id) do nothing
    returning order_id, payment_method, final_amount, day, date_trunc('month', day)::date as month, hour
), fresh_lines as materialized (
    select fresh.day, fresh.month, told.* from unnest(
        %(line_order_ids)s::bigint[], %(lines)s::smallint[], %(product_ids)s::bigint[],
        %(product_names)s::text[], %(quantities)s::int[], %(amounts)s::numeric[], %(tax_amounts)s::numeric[]
    ) as told(order_id, line, product_id, product_name, quantity, amount, tax_amount)
    join fresh using (order_id)
), line_facts as (
    insert into sold_lines (day, order_id, line, product_id, quantity, amount, tax_amount)
    select day, order_id, line, product_id, quantity, amount, tax_amount
    from fresh_lines order by day, order_id, line
), names_of_products_unheard_of as (
    insert into products (product_id, name, deleted, sequence)
    select distinct on (product_id) product_id, product_name, false, 0 from fresh_lines order by product_id
    on conflict (product_id) do nothing
), by_hour as (
    insert into hourly_sales as known
        (day, hour, payment_method, tickets, revenue, lowest_ticket, highest_ticket)
    select day, hour, payment_method, count(*), sum(final_amount), min(final_amount), max(final_amount)
    from fresh group by 1, 2, 3 order by 1, 2, 3
    on conflict (day, hour, payment_method) do update set
        tickets = known.tickets + excluded.tickets,
        revenue = known.revenue + excluded.revenue,
        lowest_ticket = least(known.lowest_ticket, excluded.lowest_ticket),
        highest_ticket = greatest(known.highest_ticket, excluded.highest_ticket)
), by_month as (
    insert into monthly_sales as known
        (month, hour, payment_method, tickets, revenue, lowest_ticket, highest_ticket)
    select month, hour, payment_method, count(*), sum(final_amount), min(final_amount), max(final_amount)
    from fresh group by 1, 2, 3 order by 1, 2, 3
    on conflict (month, hour, payment_method) do update set
        tickets = known.tickets + excluded.tickets,
        revenue = known.revenue + excluded.revenue,
        lowest_ticket = least(known.lowest_ticket, excluded.lowest_ticket),
        highest_ticket = greatest(known.highest_ticket, excluded.highest_ticket)
)
insert into monthly_product_sales as known (month, product_id, units_sold, revenue)
select month, product_id, sum(quantity), sum(amount) from fresh_lines group by 1, 2 order by 1, 2
on conflict (month, product_id) do update set
    units_sold = known.units_sold + excluded.units_sold,
    revenue = known.revenue + excluded.revenue
"""


async def record_sales(tx: Transaction, events: Sequence[Received[OrderPaid]], *, timezone: ZoneInfo) -> None:
    """Count paid orders, each exactly once, on the store's day and hour of their payment."""
    orders = list({received.event.order_id: received.event for received in events}.values())
    await tx.execute(RECORD_SALES, _sales_columns(orders, timezone) | _line_columns(orders))


def _sales_columns(orders: Sequence[OrderPaid], timezone: ZoneInfo) -> dict[str, list[Any]]:
    times = [store_hour(order.paid_at, timezone) for order in orders]
    return {
        "order_ids": [order.order_id for order in orders],
        "channels": [order.channel for order in orders],
        "customer_ids": [order.customer_id for order in orders],
        "payment_methods": [order.payment_method for order in orders],
        "final_amounts": [order.final_amount for order in orders],
        "paid_ats": [order.paid_at for order in orders],
        "days": [time.day for time in times],
        "hours": [time.hour for time in times],
    }


def _line_columns(orders: Sequence[OrderPaid]) -> dict[str, list[Any]]:
    lines = [(order.order_id, number, line) for order in orders for number, line in enumerate(order.lines)]
    return {
        "line_order_ids": [order_id for order_id, _, _ in lines],
        "lines": [number for _, number, _ in lines],
        "product_ids": [line.product_id for _, _, line in lines],
        "product_names": [line.product_name for _, _, line in lines],
        "quantities": [line.quantity for _, _, line in lines],
        "amounts": [line.amount for _, _, line in lines],
        "tax_amounts": [line.tax_amount for _, _, line in lines],
    }
