"""The statements of the owner's page. None reads more than the reports that it sums up."""

from typing import LiteralString

from services.analytics.usecases.reports.sums import SOLD

# The fields of `domain.overview.Totals`, of parts that are summed.
ANYTHING: LiteralString = (
    "coalesce(sum(tickets), 0)::bigint as tickets, coalesce(sum(units), 0)::bigint as units, "
    "coalesce(sum(revenue), 0) as revenue, coalesce(sum(discounts), 0) as discounts, "
    "count(distinct return_id)::bigint as returns, coalesce(sum(returned), 0) as returned"
)

# The sales of the day that is cut are counted one by one, as parts of its hours may come twice. All others
# are in the sums of hours.
COUNTED: LiteralString = """(
    select day, hour, tickets, units, revenue, discounts from sales_by_hour
    where day between %(start)s and %(end)s
        and (%(until)s::timestamptz is null or day < %(end)s)
    union all
    select day, hour, 1, units, final_amount, discount from sale_facts
    where day = %(end)s and paid_at <= %(until)s::timestamptz
) as counted"""

SELECT_TOTAL: LiteralString = f"""
select {ANYTHING} from (
    select tickets, units, revenue, discounts, null::bigint as return_id, 0 as returned from {COUNTED}
    union all
    select 0, 0, 0, 0, return_id, refund_amount from return_facts
    where day between %(start)s and %(end)s
        and (%(until)s::timestamptz is null or returned_at <= %(until)s::timestamptz)
) as totals
"""

SELECT_DAYS: LiteralString = f"""
select {ANYTHING}, day as start from (
    select day, tickets, units, revenue, discounts, null::bigint as return_id, 0 as returned
    from sales_by_hour where day between %(start)s and %(end)s
    union all
    select day, 0, 0, 0, 0, return_id, refund_amount
    from return_facts where day between %(start)s and %(end)s
) as counted group by day
"""

# Of the products whose cost is known, at today's.
SELECT_PROFITS: LiteralString = """
select day as start, round(sum(amount - quantity * cost), 2) as profit
from line_facts join products using (product_id)
where day between %(start)s and %(end)s and cost is not null group by day
"""

SELECT_HOURS: LiteralString = f"""
select day as start, hour::int as hour, {SOLD} from {COUNTED} group by day, counted.hour
"""

# A part that the period cuts starts with the period.
SELECT_PARTS: LiteralString = f"""
select greatest(date_trunc(%(by)s, day)::date, %(start)s) as start, null::int as hour, {SOLD}
from {COUNTED} group by 1
"""

SELECT_PEAKS: LiteralString = f"""
select extract(isodow from day)::int as weekday, hour::int as hour, {SOLD} from sales_by_hour
where day between %(start)s and %(end)s group by 1, hour order by 1, hour
"""

SELECT_METHODS: LiteralString = """
select payment_method, sum(tickets)::bigint as tickets, sum(revenue) as revenue
from sales_by_method where day between %(start)s and %(end)s
group by payment_method order by sum(tickets) desc, sum(revenue) desc, payment_method
"""

# `offset 0`: the stock of most worth (at its price where its cost is not known) is looked at first, by its
# index, until enough is dead. That alone is looked up among the products: a plan that does not know the limit
# would read them all.
SELECT_DEAD_STOCK: LiteralString = """
select product_id, product.name, product.sku, current_stock,
round(current_stock * product.cost, 2) as value, (
    select day from line_facts where line_facts.product_id = dead.product_id and quantity > 0
    order by day desc limit 1
) as last_sale
from (
    select product_id, current_stock, worth from (
        select product_id, current_stock, current_stock * unit_cost as worth from product_stocks
        where in_catalog and current_stock > 0
        order by current_stock * unit_cost desc nulls last, product_id offset 0
    ) as valued
    where not exists (
        select from line_facts where line_facts.product_id = valued.product_id
        and day >= %(since)s and quantity > 0 offset 0
    )
    limit %(shown)s
) as dead, lateral (
    select name, sku, cost from products where products.product_id = dead.product_id offset 0
) as product
order by worth desc nulls last, product_id
"""
