"""Summarises the sales of a period: tickets from the hours and methods, products from months and lines."""

from dataclasses import asdict

from services.analytics.domain.periods import no_sales
from services.analytics.domain.sales_summary import (
    HourSales,
    MethodSales,
    ProductSales,
    SalesSummary,
    summarise,
)
from services.analytics.usecases.reports.desk import Desk, Report
from services.analytics.usecases.reports.sums import PRODUCTS_SOLD, sold_params

SELECT_HOURS = """
select hour, sum(tickets)::bigint as tickets, sum(revenue) as revenue,
    min(lowest_ticket) as lowest_ticket, max(highest_ticket) as highest_ticket
from sales_by_hour where day between %(start)s and %(end)s
group by hour order by hour
"""

SELECT_METHODS = """
select payment_method, sum(tickets)::bigint as tickets, sum(revenue) as revenue,
    max(highest_ticket) as highest_ticket
from sales_by_method where day between %(start)s and %(end)s
group by payment_method
"""

SELECT_PRODUCTS = f"""
with sold as ({PRODUCTS_SOLD})
select products.name as product_name, sold.units_sold, sold.revenue
from sold join products using (product_id)
order by sold.revenue desc, product_id
"""


async def summarise_sales(
    start_date: str | None, end_date: str | None, *, desk: Desk
) -> Report[SalesSummary]:
    """The summary of a period of the store's calendar (contract §6).

    Raises `PeriodRefused`: a date is malformed, the period is reversed, or nothing was sold in it.
    """
    async with desk.snapshot() as snapshot:
        period, records = await snapshot.period(start_date, end_date)
        hours = await snapshot.sql.fetch_all(HourSales, SELECT_HOURS, asdict(period))
        if not hours:
            raise no_sales(period, records)
        methods = await snapshot.sql.fetch_all(MethodSales, SELECT_METHODS, asdict(period))
        products = await snapshot.sql.fetch_all(ProductSales, SELECT_PRODUCTS, sold_params(period))
    return Report(summarise(period, hours, methods, products), snapshot.as_of)
