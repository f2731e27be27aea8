"""The sums that several reports make of the rollups."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import LiteralString

from services.analytics.domain.periods import NOTHING, Period, tiers

# The fields of `domain.sold.Sold`.
SOLD: LiteralString = "sum(tickets)::bigint as tickets, sum(units)::bigint as units, sum(revenue) as revenue"


def sold_parts(prefix: LiteralString = "") -> LiteralString:
    """What was sold of products in a period, in parts: `product_id, units, revenue` (before tax).

    The parameters are `sold_params` of the period with this prefix. A product whose parts cancel each other
    out was not sold.
    """
    return f"""
    {_lines(f"{prefix}d1")} union all {_months(f"{prefix}m1")}
    union all
    select product_id, units, revenue from products_by_year where {_within("year", f"{prefix}years")}
    union all {_months(f"{prefix}m2")} union all {_lines(f"{prefix}d2")}
"""


def sold_params(period: Period | None, prefix: str = "") -> Mapping[str, object]:
    """The parameters of `sold_parts`. In no period nothing is sold."""
    parts = tiers(period) if period else NOTHING
    (d1, d2), (m1, m2) = parts.days, parts.months
    named = {"d1": d1, "m1": m1, "years": parts.years, "m2": m2, "d2": d2}
    return {
        f"{prefix}{name}_{field}": value
        for name, span in named.items()
        for field, value in asdict(span).items()
    }


def _lines(span: LiteralString) -> LiteralString:
    return f"""
    select product_id, %({span}_sign)s * sum(quantity)::bigint as units,
        %({span}_sign)s * sum(amount) as revenue
    from line_facts where {_within("day", span)} group by product_id
    """


def _months(span: LiteralString) -> LiteralString:
    return f"""
    select product_id, %({span}_sign)s * units, %({span}_sign)s * revenue
    from products_by_month where {_within("month", span)}
    """


def _within(column: LiteralString, span: LiteralString) -> LiteralString:
    return f"{column} >= %({span}_start)s and {column} < %({span}_stop)s"


SOLD_PARTS: LiteralString = sold_parts()

PRODUCTS_SOLD: LiteralString = f"""
    select product_id, sum(units)::bigint as units_sold, sum(revenue) as revenue
    from ({SOLD_PARTS}) as parts group by product_id having sum(units) <> 0 or sum(revenue) <> 0
"""
"""The sums of each product sold in a period: `product_id, units_sold, revenue` (before tax)."""
