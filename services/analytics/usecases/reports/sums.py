"""The sums that several reports make of the rollups."""

from typing import LiteralString

# The fields of `domain.sold.Sold`.
SOLD: LiteralString = "sum(tickets)::bigint as tickets, sum(units)::bigint as units, sum(revenue) as revenue"


def sold_parts(prefix: LiteralString = "") -> LiteralString:
    """What was sold of products in a period, in parts: `product_id, units, revenue` (before tax).

    The parameters are those of `domain.periods.Tiers`, their names after the prefix: the edges of the period
    come from the lines, its whole months from monthly sums. Nulls are no period.
    """
    return f"""
    select product_id, sum(quantity)::bigint as units, sum(amount) as revenue
    from line_facts where day >= %({prefix}start)s and day < %({prefix}months_start)s group by product_id
    union all
    select product_id, units, revenue
    from products_by_month where month >= %({prefix}months_start)s and month < %({prefix}months_stop)s
    union all
    select product_id, sum(quantity)::bigint, sum(amount)
    from line_facts where day >= %({prefix}months_stop)s and day < %({prefix}stop)s group by product_id
"""


SOLD_PARTS: LiteralString = sold_parts()

PRODUCTS_SOLD: LiteralString = f"""
    select product_id, sum(units)::bigint as units_sold, sum(revenue) as revenue
    from ({SOLD_PARTS}) as parts group by product_id
"""
"""The sums of each product sold in a period: `product_id, units_sold, revenue` (before tax)."""
