"""The sums that several reports make of the rollups."""

from typing import LiteralString

# The fields of `domain.sold.Sold`.
SOLD: LiteralString = "sum(tickets)::bigint as tickets, sum(units)::bigint as units, sum(revenue) as revenue"


def sold_parts(prefix: LiteralString = "") -> LiteralString:
    """What was sold of products in a period, in parts: `product_id, units, revenue` (before tax).

    The parameters are those of `domain.periods.Tiers`, their names after the prefix; nulls are no period. A
    product whose parts cancel each other out was not sold.
    """
    start, months_start, years_start, years_stop, months_stop, stop = (
        f"%({prefix}{each})s::date"
        for each in ("start", "months_start", "years_start", "years_stop", "months_stop", "stop")
    )
    return f"""
    {_lines(start, months_start)} union all {_months(months_start, years_start)}
    union all
    select product_id, units, revenue
    from products_by_year where year >= {years_start} and year < {years_stop}
    union all {_months(years_stop, months_stop)} union all {_lines(months_stop, stop)}
"""


def _lines(start: LiteralString, stop: LiteralString) -> LiteralString:
    return f"""
    select product_id, {_signed("sum(quantity)::bigint", start, stop)} as units,
        {_signed("sum(amount)", start, stop)} as revenue
    from line_facts where {_between("day", start, stop)} group by product_id
    """


def _months(start: LiteralString, stop: LiteralString) -> LiteralString:
    return f"""
    select product_id, {_signed("units", start, stop)}, {_signed("revenue", start, stop)}
    from products_by_month where {_between("month", start, stop)}
    """


def _signed(sums: LiteralString, start: LiteralString, stop: LiteralString) -> LiteralString:
    """Sums that are added if it goes forward from `start` to `stop`, and taken off if it goes backward."""
    return f"case when {start} <= {stop} then {sums} else -{sums} end"


def _between(column: LiteralString, start: LiteralString, stop: LiteralString) -> LiteralString:
    return f"{column} >= least({start}, {stop}) and {column} < greatest({start}, {stop})"


SOLD_PARTS: LiteralString = sold_parts()

PRODUCTS_SOLD: LiteralString = f"""
    select product_id, sum(units)::bigint as units_sold, sum(revenue) as revenue
    from ({SOLD_PARTS}) as parts group by product_id having sum(units) <> 0 or sum(revenue) <> 0
"""
"""The sums of each product sold in a period: `product_id, units_sold, revenue` (before tax)."""
