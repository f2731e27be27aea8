"""Summarises the sales of a period: whole months from monthly sums, other days from hourly sums and lines."""

from dataclasses import asdict
from zoneinfo import ZoneInfo

from libs.common.clock import Clock
from libs.common.db.database import Database
from libs.common.store_calendar import store_hour
from services.analytics.domain.periods import (
    Records,
    days_with_records,
    no_sales,
    requested_period,
    tiers,
)
from services.analytics.domain.sales_summary import ProductSales, SalesCell, SalesSummary, summarise

# Tickets and products must come from the same sales, even while others are being recorded.
ONE_SNAPSHOT = "set transaction isolation level repeatable read, read only"

SELECT_RECORDS = "select min(day) as first, max(day) as last from hourly_sales"

# By hour and method: the edges of the period from daily sums, its whole months from monthly ones.
SELECT_SALES = """
select hour, payment_method, sum(tickets)::bigint as tickets, sum(revenue) as revenue,
    min(lowest_ticket) as lowest_ticket, max(highest_ticket) as highest_ticket
from (
    select hour, payment_method, tickets, revenue, lowest_ticket, highest_ticket
    from hourly_sales where day >= %(start)s and day < %(months_start)s
    union all
    select hour, payment_method, tickets, revenue, lowest_ticket, highest_ticket
    from monthly_sales where month >= %(months_start)s and month < %(months_stop)s
    union all
    select hour, payment_method, tickets, revenue, lowest_ticket, highest_ticket
    from hourly_sales where day >= %(months_stop)s and day < %(stop)s
) as parts
group by hour, payment_method
"""

# By product: the edges of the period from the lines, its whole months from monthly sums.
SELECT_PRODUCTS = """
with sold as (
    select product_id, sum(units_sold)::bigint as units_sold, sum(revenue) as revenue
    from (
        select product_id, quantity as units_sold, amount as revenue
        from sold_lines where day >= %(start)s and day < %(months_start)s
        union all
        select product_id, units_sold, revenue
        from monthly_product_sales where month >= %(months_start)s and month < %(months_stop)s
        union all
        select product_id, quantity, amount
        from sold_lines where day >= %(months_stop)s and day < %(stop)s
    ) as parts
    group by product_id
)
select products.name as product_name, sold.units_sold, sold.revenue
from sold join products using (product_id)
order by sold.revenue desc, product_id
"""


async def summarise_sales(
    start_date: str | None, end_date: str | None, *, database: Database, clock: Clock, timezone: ZoneInfo
) -> SalesSummary:
    """The summary of a period of the store's calendar (contract §6).

    Raises `PeriodRefused`: a date is malformed, the period is reversed, or nothing was sold in it.
    """
    today = store_hour(clock(), timezone).day
    async with database.transaction() as snapshot:
        await snapshot.execute(ONE_SNAPSHOT)
        records = await snapshot.fetch_one(Records, SELECT_RECORDS)
        assert records, "an aggregate always has a row"
        period = requested_period(start_date, end_date, today=today, records=records)
        first, last = days_with_records(period, records)
        cuts = asdict(tiers(period, first, last))
        cells = await snapshot.fetch_all(SalesCell, SELECT_SALES, cuts)
        if not cells:
            raise no_sales(period, records)
        products = await snapshot.fetch_all(ProductSales, SELECT_PRODUCTS, cuts)
    return summarise(period, cells, products)
