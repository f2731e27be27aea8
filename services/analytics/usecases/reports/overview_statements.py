"""The statements of the owner's page. None reads more than the reports that it sums up."""

from typing import LiteralString

from services.analytics.usecases.reports.suggested_products import SELECT_TO_ORDER
from services.analytics.usecases.reports.sums import PRODUCTS_SOLD, SOLD

ANYTHING_SOLD: LiteralString = (
    "coalesce(sum(tickets), 0)::bigint as tickets, coalesce(sum(units), 0)::bigint as units, "
    "coalesce(sum(revenue), 0) as revenue"
)

# The sales of the hour that is cut are counted one by one; all others are in the sums of hours.
COUNTED: LiteralString = """(
    select day, hour, tickets, units, revenue from sales_by_hour
    where day between %(start)s and %(end)s
        and (%(until)s::timestamptz is null or (day, hour) < (%(end)s, %(hour)s))
    union all
    select day, hour, 1, units, final_amount from sale_facts
    where day = %(end)s and hour = %(hour)s and paid_at <= %(until)s::timestamptz
) as counted"""

SELECT_TOTAL: LiteralString = f"select {ANYTHING_SOLD} from {COUNTED}"

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

PRODUCTS_SOLD_BEFORE: LiteralString = PRODUCTS_SOLD.replace("%(", "%(before_")

# Each product with its earlier sales: of the day on which these are cut, line by line up to the cut.
PRODUCTS: LiteralString = f"""
    select product_id, name, units, revenue, cost as unit_cost, round(units * cost, 2) as cost,
        previous_units, previous_revenue
    from (
        select product_id, sum(units)::bigint as units, sum(revenue) as revenue,
            sum(previous_units)::bigint as previous_units, sum(previous_revenue) as previous_revenue
        from (
            select product_id, units_sold as units, revenue, 0 as previous_units, 0 as previous_revenue
            from ({PRODUCTS_SOLD}) as now
            union all
            select product_id, 0, 0, units_sold, revenue from ({PRODUCTS_SOLD_BEFORE}) as before
            union all
            select product_id, 0, 0, quantity, amount from line_facts join sale_facts using (order_id, day)
            where day = %(cut_day)s::date and paid_at <= %(until)s::timestamptz
        ) as sold group by product_id
    ) as sums join products using (product_id)
"""

# The sums are made once, for all rankings and for the margin. Equal products stand by id.
SELECT_RANKED: LiteralString = f"""
with every as materialized ({PRODUCTS}),
margin as (
    select coalesce(sum(revenue) filter (where cost is not null), 0) as known_revenue,
        coalesce(sum(cost), 0) as known_cost,
        coalesce(sum(units) filter (where cost is not null), 0)::bigint as known_units,
        coalesce(sum(units), 0)::bigint as all_units
    from every
),
ranked as (
    (select 'by_revenue' as ranking, -revenue as place, * from every where units > 0
        order by 2, product_id limit %(shown)s)
    union all (select 'by_units', -units, * from every where units > 0 order by 2, product_id limit %(shown)s)
    union all (select 'by_margin', cost - revenue, * from every where units > 0 and cost is not null
        order by 2, product_id limit %(shown)s)
    union all (select 'risers', previous_revenue - revenue, * from every
        where %(is_compared)s and revenue > previous_revenue order by 2, product_id limit %(shown)s)
    union all (select 'fallers', revenue - previous_revenue, * from every
        where %(is_compared)s and revenue < previous_revenue order by 2, product_id limit %(shown)s)
)
select ranking, product_id, name, units, revenue, unit_cost, previous_units, previous_revenue,
    known_revenue, known_cost, known_units, all_units
from ranked cross join margin order by ranking, place, product_id
"""

SELECT_RUNNING_OUT: LiteralString = f"""
select * from ({SELECT_TO_ORDER}) as every_order
order by current_stock::numeric * selling_days / units_sold, product_id limit %(shown)s
"""

# `offset 0`: the most valuable stock is looked at first, by its index, until enough of it is dead.
SELECT_DEAD_STOCK: LiteralString = """
select product_id, product.name, product.sku, current_stock, round(value, 2) as value, (
    select day from line_facts where line_facts.product_id = valued.product_id and quantity > 0
    order by day desc limit 1
) as last_sale
from (
    select product_id, current_stock, current_stock * unit_cost as value from product_stocks
    where in_catalog and current_stock > 0
    order by current_stock * unit_cost desc nulls last, product_id offset 0
) as valued, lateral (
    select name, sku from products where products.product_id = valued.product_id offset 0
) as product
where not exists (
    select from line_facts where line_facts.product_id = valued.product_id
    and day >= %(since)s and quantity > 0 offset 0
)
limit %(shown)s
"""
