"""The products of the owner's page: the first of each order, and the margin of all; ranked by SQL."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import timedelta
from typing import Any, LiteralString, TypeVar

from libs.common.db.statements import on_one_line
from services.analytics.domain.overview import Margin, ProductFigures, ProductList, SoldProducts
from services.analytics.domain.overview_periods import Comparison
from services.analytics.domain.periods import Period
from services.analytics.usecases.reports.desk import Snapshot
from services.analytics.usecases.reports.sums import SOLD_PARTS, sold_params, sold_parts

T = TypeVar("T", Margin, ProductFigures)

PRODUCTS_SHOWN = 10

# Of the day on which the earlier period is cut, what was sold by then.
SOLD_ON_CUT_DAY: LiteralString = """
    select product_id, quantity, amount
    from line_facts join sale_facts using (order_id, day)
    where day = %(cut_day)s and paid_at <= %(cut)s::timestamptz
"""


def _margin(prefix: LiteralString) -> LiteralString:
    """The fields of `Margin`, of what is sold now, or of the `previous_` sales."""
    known: LiteralString = f"filter (where {prefix}costs is not null)"
    return f"""
    coalesce(sum({prefix}revenue) {known}, 0) as {prefix}known_revenue,
    coalesce(sum({prefix}costs), 0) as {prefix}known_cost,
    coalesce(sum({prefix}units) {known}, 0)::bigint as {prefix}known_units,
    coalesce(sum({prefix}units), 0)::bigint as {prefix}all_units
"""


def _first(name: LiteralString, wanted: LiteralString, order: LiteralString) -> LiteralString:
    return f"""
    (select '{name}' as list, * from compared where {wanted} order by {order}, product_id limit %(shown)s)
"""


# Grouped behind the join: of a union's groups PostgreSQL knows no number, and would look each product up.
# The cost is today's, of the earlier days too.
# A list is limited before the next one is made: each is a sort that keeps ten rows. The margin stands beside
# each of their rows, so that what was sold is summed once; where nothing was sold, alone.
SELECT_PRODUCTS: LiteralString = on_one_line(
    f"""
with compared as materialized (
    select products.product_id, coalesce(sum(units), 0)::bigint as units,
        coalesce(sum(revenue), 0) as revenue, round(coalesce(sum(units), 0) * cost, 2) as costs,
        coalesce(sum(then_units), 0)::bigint as previous_units,
        coalesce(sum(then_revenue), 0) as previous_revenue,
        round(coalesce(sum(then_units), 0) * cost, 2) as previous_costs
    from (
        select *, null::bigint as then_units, null::numeric as then_revenue from ({SOLD_PARTS}) as now
        union all select product_id, null, null, units, revenue
        from ({sold_parts("then_")} union all {SOLD_ON_CUT_DAY}) as earlier
    ) as parts join products using (product_id) group by products.product_id
),
margin as (select {_margin("")}, {_margin("previous_")} from compared),
listed as (
    {_first("by_revenue", "units > 0", "revenue desc")}
    union all {_first("by_units", "units > 0", "units desc")}
    union all {_first("by_margin", "units > 0 and costs is not null", "revenue - costs desc")}
    union all
    {_first("risers", "%(is_compared)s and revenue > previous_revenue", "revenue - previous_revenue desc")}
    union all
    {_first("fallers", "%(is_compared)s and revenue < previous_revenue", "revenue - previous_revenue")}
)
select margin.*, list, product_id, name, units, revenue, revenue - costs as profit, previous_units,
    previous_revenue
from margin left join listed on true left join lateral (
    select name from products where products.product_id = listed.product_id offset 0
) as product on true
"""
)


async def sold_products(period: Period, earlier: Comparison | None, snapshot: Snapshot) -> SoldProducts:
    """What was sold of products in the period. Without a comparison nothing rises or falls."""
    params = {
        **sold_params(period),
        **_earlier_days(earlier),
        **{"is_compared": earlier is not None, "shown": PRODUCTS_SHOWN},
    }
    rows = await snapshot.sql.fetch_dicts(SELECT_PRODUCTS, params)
    lists: dict[ProductList, list[ProductFigures]] = {each: [] for each in ProductList}
    for row in rows:
        if row["list"]:
            lists[ProductList(row["list"])].append(_of(ProductFigures, row))
    previous = _of(Margin, rows[0], "previous_") if earlier else None
    return SoldProducts(_of(Margin, rows[0]), previous, lists)


def _of(made: type[T], row: Mapping[str, Any], prefix: str = "") -> T:
    return made(**{each.name: row[prefix + each.name] for each in fields(made)})


def _earlier_days(earlier: Comparison | None) -> Mapping[str, object]:
    """The days before the cut whole, and the day of the cut; nulls for what there is not."""
    whole = earlier.period if earlier else None
    cut = earlier.until if earlier else None
    cut_day = whole.end if whole and cut else None
    if whole and cut:
        whole = Period(whole.start, whole.end - timedelta(days=1)) if whole.start < whole.end else None
    return {**sold_params(whole, "then_"), "cut_day": cut_day, "cut": cut}
