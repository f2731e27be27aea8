"""Tells what a customer bought in a period, when, and how they paid."""

from dataclasses import asdict

from services.analytics.domain.customer_sales import (
    Customer,
    CustomerNotFound,
    CustomerSales,
    ProductBought,
    Purchases,
    tell_purchases,
)
from services.analytics.domain.tickets import MethodTickets
from services.analytics.usecases.reports.desk import Desk, Report

SELECT_CUSTOMER = """
select customer_id, first_name, last_name, email from customers where customer_id = %(customer_id)s
"""

SELECT_PURCHASES = """
select hour, payment_method, count(*) as tickets, sum(final_amount) as revenue
from sale_facts where customer_id = %(customer_id)s and day between %(start)s and %(end)s
group by hour, payment_method
"""

# Of the sales that several payment methods paid, which stand among the purchases as those of one, `MIXED`.
SELECT_TENDERS = """
select key as payment_method, count(*) as tickets, sum(value::numeric) as revenue
from sale_facts cross join lateral jsonb_each_text(tenders)
where customer_id = %(customer_id)s and day between %(start)s and %(end)s and tenders is not null
group by key
"""

# Lines that do not tell their customer are looked up sale by sale, by their covering key; after a rebuild
# there are none. Without `offset 0` PostgreSQL reads all lines ever sold for them: it takes orders for
# independent of their day, and expects a thousandth of the customer's lines.
SELECT_TOP_PRODUCT = """
with lines as (
    select product_id, quantity, amount, tax_amount from line_facts
    where customer_id = %(customer_id)s and day between %(start)s and %(end)s
    union all
    select untold.* from sale_facts cross join lateral (
        select product_id, quantity, amount, tax_amount from line_facts
        where line_facts.day = sale_facts.day and line_facts.order_id = sale_facts.order_id offset 0
    ) as untold
    where customer_id = %(customer_id)s and day between %(start)s and %(end)s and not lines_tell_customer
), bought as (
    select product_id, sum(quantity)::bigint as units, sum(amount + tax_amount) as spent
    from lines group by product_id order by spent desc, units desc, product_id limit 1
)
select products.name as product_name, units, spent from bought join products using (product_id)
"""


async def tell_customer_sales(
    customer_id: int, start_date: str | None, end_date: str | None, *, desk: Desk
) -> Report[CustomerSales]:
    """The purchases of a customer in a period of the store's calendar.

    Raises `DateMalformed`, `PeriodReversed`, or `CustomerNotFound` if analytics never heard of the customer.
    """
    async with desk.snapshot() as snapshot:
        period, _ = await snapshot.period(start_date, end_date)
        which = asdict(period) | {"customer_id": customer_id}
        customer = await snapshot.sql.fetch_one(Customer, SELECT_CUSTOMER, which)
        if customer is None:
            raise CustomerNotFound
        purchases = await snapshot.sql.fetch_all(Purchases, SELECT_PURCHASES, which)
        tenders = await snapshot.sql.fetch_all(MethodTickets, SELECT_TENDERS, which)
        top_product = await snapshot.sql.fetch_one(ProductBought, SELECT_TOP_PRODUCT, which)
    return Report(tell_purchases(customer, period, purchases, tenders, top_product), snapshot.as_of)
