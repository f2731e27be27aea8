"""The statements that suggest what to order: of the products to order alone, and of all products.

They compute for many products what functions of the domain say of one; a test compares them.
"""

from typing import LiteralString

from libs.common.db.statements import on_one_line
from services.analytics.usecases.reports.sums import SOLD_PARTS

# Products without a supplier come last.
NO_SUPPLIER = 2**63 - 1

# `domain.velocity.days_in_stock`: the days on which a product was out of stock. It was in stock on the day on
# which it ran out, on the day on which it came back, and from its first sale until its first turn, if it had
# none before these days. For an `exists`, PostgreSQL would read all turns.
DAYS_OUT: LiteralString = """
    select product_id, sum(case
        when not in_stock then greatest(until - day - 1, 0)
        when is_first then least(day, (
            select min(day) from line_facts
            where line_facts.product_id = turned.product_id and day >= %(first)s and quantity > 0
                and %(first)s <= (
                    select day from stock_turns as ever where ever.product_id = turned.product_id
                    order by ledger_id limit 1
                )
        )) - %(first)s
        else 0 end) as days_out
    from (
        select product_id, day, in_stock, lead(day, 1, %(last)s + 1) over turns as until,
            row_number() over turns = 1 as is_first
        from stock_turns where day >= %(first)s
        window turns as (partition by product_id order by ledger_id)
    ) as turned
    group by product_id
"""

# The products that catalog has described and not deleted, of the wanted supplier.
DESCRIBED: LiteralString = """
    not products.deleted and products.sequence > 0
        and (%(supplier)s::bigint is null or products.supplier_id = %(supplier)s)
"""

# The products of `parts` that catalog has described and not deleted. They are grouped behind the join: of a
# union's groups PostgreSQL knows no number, and would look each product up for itself.
COUNTED: LiteralString = """
    select *, coalesce(nullif(days_in_stock, 0), %(days)s) as selling_days
    from (
        select product_stocks.product_id, low_stock_threshold, current_stock,
            sum(units)::bigint as units_sold,
            %(days)s - coalesce(days_out, case when current_stock > 0 then 0 else %(days)s end)
                as days_in_stock
        from parts join product_stocks using (product_id) left join away using (product_id)
        where in_catalog group by product_stocks.product_id, days_out
    ) as known
"""

# `domain.suggested_orders.pieces_to_order`.
SUGGESTED: LiteralString = """
    select *, case when units_sold = 0 then 0 else greatest(0, greatest(
        (units_sold * %(cover_days)s + selling_days - 1) / selling_days, low_stock_threshold + 1
    ) - current_stock) end as order_quantity
    from counted
"""

# Beside each product the sums of its supplier.
LISTED: LiteralString = f"""
    select suggested.*, supplier_id, products.name as product_name, sku, cost as unit_cost,
        count(*) over () as found,
        count(*) filter (where order_quantity > 0) over of_supplier as products_to_order,
        (sum(order_quantity) over of_supplier)::bigint as pieces_to_order,
        coalesce(sum(round(order_quantity * cost, 2)) over of_supplier, 0) as total_cost,
        count(*) filter (where order_quantity > 0 and cost is null) over of_supplier
            as products_without_cost
    from suggested join products using (product_id) where {DESCRIBED}
    window of_supplier as (partition by supplier_id)
"""

# The fields of `domain.suggested_orders.ProductToOrder`, and of `SuggestedProduct`.
PRODUCT: LiteralString = """
    supplier_id, suppliers.name as supplier_name, product_id, product_name as name, sku, current_stock,
    low_stock_threshold, units_sold, days_in_stock, selling_days, order_quantity, unit_cost
"""
COLUMNS: LiteralString = f"""
    {PRODUCT}, products_to_order, pieces_to_order, total_cost, products_without_cost
"""

PLACE: LiteralString = f"(coalesce(supplier_id, {NO_SUPPLIER}), product_id)"
PAGE: LiteralString = f"""
    {PLACE} > (%(after_supplier)s, %(after_product)s)
    order by coalesce(supplier_id, {NO_SUPPLIER}), product_id limit %(limit)s offset %(offset)s
"""

# Nothing is to order of what was not sold.
TO_ORDER: LiteralString = f"""
with parts as ({SOLD_PARTS}), away as ({DAYS_OUT}), counted as ({COUNTED}),
suggested as (select * from ({SUGGESTED}) as each where order_quantity > 0)
"""

# Those that are sold out first.
SELECT_RUNNING_OUT: LiteralString = f"""
{TO_ORDER}, running_out as (
    select *, current_stock::numeric * selling_days / units_sold as days_left from suggested
    order by days_left, product_id limit %(shown)s
)
select {PRODUCT} from running_out join (
    select product_id, supplier_id, name as product_name, sku, cost as unit_cost from products
) as described using (product_id) left join suppliers using (supplier_id)
order by days_left, product_id
"""

# `found` counts the products on all pages.
SELECT_TO_ORDER: LiteralString = f"""
{TO_ORDER}, listed as ({LISTED})
select {COLUMNS}, found from listed left join suppliers using (supplier_id) where {PAGE}
"""

# The page is chosen first: what is sold, and what is on the page, are few of all products.
SELECT_ALL: LiteralString = on_one_line(
    f"""
with page as materialized (select product_id from products where {DESCRIBED} and {PAGE}),
parts as (select product_id, units from ({SOLD_PARTS}) as sold union all select product_id, 0 from page),
away as ({DAYS_OUT}), counted as ({COUNTED}), suggested as ({SUGGESTED}), listed as ({LISTED})
select {COLUMNS}, (select count(*) from products where {DESCRIBED}) as found
from page join listed using (product_id) left join suppliers using (supplier_id)
order by coalesce(supplier_id, {NO_SUPPLIER}), product_id
"""
)
