"""The sums that several reports make of the rollups."""

from typing import LiteralString

# The fields of `domain.sold.Sold`.
SOLD: LiteralString = "sum(tickets)::bigint as tickets, sum(units)::bigint as units, sum(revenue) as revenue"

# Of each product sold in a period. The parameters are those of `domain.periods.Tiers`: the edges of the
# period come from the lines, its whole months from monthly sums. `revenue` is before tax.
PRODUCTS_SOLD: LiteralString = """
    select product_id, sum(units)::bigint as units_sold, sum(revenue) as revenue
    from (
        select product_id, quantity as units, amount as revenue
        from line_facts where day >= %(start)s and day < %(months_start)s
        union all
        select product_id, units, revenue
        from products_by_month where month >= %(months_start)s and month < %(months_stop)s
        union all
        select product_id, quantity, amount
        from line_facts where day >= %(months_stop)s and day < %(stop)s
    ) as parts
    group by product_id
"""
