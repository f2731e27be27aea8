"""The statements that suggest what to order: of the products to order alone, and of all products.

They compute for many products what functions of the domain say of one; a test compares them.
"""

from typing import LiteralString

from services.analytics.usecases.reports.sums import PRODUCTS_SOLD

# Products without a supplier come last.
NO_SUPPLIER = 2**63 - 1

# `domain.velocity.days_in_stock`: the days on which a product was out of stock. It was in stock on the day on
# which it ran out, and on the day on which it came back.
DAYS_OUT: LiteralString = """
    select product_id, sum(case
        when not in_stock then greatest(until - day - 1, 0)
        when is_first then day - %(first)s
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

COUNTED: LiteralString = f"""
    select *, coalesce(nullif(days_in_stock, 0), %(days)s) as selling_days
    from (
        select product_id, supplier_id, name, sku, products.low_stock_threshold, cost as unit_cost,
            current_stock, coalesce(units_sold, 0) as units_sold,
            %(days)s - coalesce(days_out, case when current_stock > 0 then 0 else %(days)s end)
                as days_in_stock
        from candidates join products using (product_id) join product_stocks using (product_id)
            left join sold using (product_id) left join away using (product_id)
        where {DESCRIBED}
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
LISTED: LiteralString = """
    select *, count(*) over () as found,
        count(*) filter (where order_quantity > 0) over of_supplier as products_to_order,
        (sum(order_quantity) over of_supplier)::bigint as pieces_to_order,
        coalesce(sum(round(order_quantity * unit_cost, 2)) over of_supplier, 0) as total_cost,
        count(*) filter (where order_quantity > 0 and unit_cost is null) over of_supplier
            as products_without_cost
    from suggested
    window of_supplier as (partition by supplier_id)
"""

COLUMNS: LiteralString = """
    supplier_id, suppliers.name as supplier_name, products_to_order, pieces_to_order, total_cost,
    products_without_cost, product_id, listed.name, sku, current_stock, low_stock_threshold, units_sold,
    days_in_stock, selling_days, order_quantity, unit_cost
"""

PLACE: LiteralString = f"(coalesce(supplier_id, {NO_SUPPLIER}), product_id)"
PAGE: LiteralString = f"""
    {PLACE} > (%(after_supplier)s, %(after_product)s)
    order by coalesce(supplier_id, {NO_SUPPLIER}), product_id limit %(limit)s offset %(offset)s
"""

# `found` counts the products on all pages. Nothing is to order of what was not sold.
SELECT_TO_ORDER: LiteralString = f"""
with sold as ({PRODUCTS_SOLD}), away as ({DAYS_OUT}),
candidates as (select product_id from sold where units_sold > 0),
counted as ({COUNTED}), suggested as (select * from ({SUGGESTED}) as each where order_quantity > 0),
listed as ({LISTED})
select {COLUMNS}, found from listed left join suppliers using (supplier_id) where {PAGE}
"""

# The page is chosen first: what is sold, and what is on the page, are few of all products.
SELECT_ALL: LiteralString = f"""
with sold as ({PRODUCTS_SOLD}), away as ({DAYS_OUT}),
page as materialized (select product_id from products where {DESCRIBED} and {PAGE}),
candidates as (select product_id from sold union select product_id from page),
counted as ({COUNTED}), suggested as ({SUGGESTED}), listed as ({LISTED})
select {COLUMNS}, (select count(*) from products where {DESCRIBED}) as found
from page join listed using (product_id) left join suppliers using (supplier_id)
order by coalesce(supplier_id, {NO_SUPPLIER}), product_id
"""
