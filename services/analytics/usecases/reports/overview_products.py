"""The products of the owner's page: the first of each order, and the margin of all; ranked by SQL."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import date, timedelta
from typing import LiteralString

from services.analytics.domain.overview import Margin, ProductFigures, ProductList
from services.analytics.domain.overview_periods import Comparison
from services.analytics.domain.periods import Period, Tiers, tiers
from services.analytics.usecases.reports.desk import Snapshot
from services.analytics.usecases.reports.sums import PRODUCTS_SOLD, products_sold

PRODUCTS_SHOWN = 10
LAST_DAY = date.max - timedelta(days=31)
"""A month follows it: the parts of a period end at the first day of one."""

# Of the day on which the earlier period is cut, what was sold by then.
SOLD_ON_CUT_DAY: LiteralString = """
    select product_id, sum(quantity)::bigint as units_sold, sum(amount) as revenue
    from line_facts join sale_facts using (order_id, day)
    where day = %(cut_day)s and paid_at <= %(cut)s::timestamptz
    group by product_id
"""

# A list is limited before the next one is made: each is a sort that keeps ten rows.
SELECT_LISTS: LiteralString = f"""
with sold as ({PRODUCTS_SOLD}),
earlier as (
    select product_id, sum(units_sold)::bigint as units_sold, sum(revenue) as revenue
    from ({products_sold("earlier_")} union all {SOLD_ON_CUT_DAY}) as parts group by product_id
),
compared as materialized (
    select product_id, name, coalesce(sold.units_sold, 0) as units, coalesce(sold.revenue, 0) as revenue,
        coalesce(sold.revenue, 0) - round(coalesce(sold.units_sold, 0) * cost, 2) as profit,
        coalesce(earlier.units_sold, 0) as previous_units, coalesce(earlier.revenue, 0) as previous_revenue
    from sold full join earlier using (product_id) join products using (product_id)
),
by_revenue as (select * from compared where units > 0 order by revenue desc, product_id limit %(shown)s),
by_units as (select * from compared where units > 0 order by units desc, product_id limit %(shown)s),
by_margin as (
    select * from compared where units > 0 and profit is not null
    order by profit desc, product_id limit %(shown)s
),
risers as (
    select * from compared where %(is_compared)s and revenue > previous_revenue
    order by revenue - previous_revenue desc, product_id limit %(shown)s
),
fallers as (
    select * from compared where %(is_compared)s and revenue < previous_revenue
    order by revenue - previous_revenue, product_id limit %(shown)s
)
select *, 'by_revenue' from by_revenue union all select *, 'by_units' from by_units
union all select *, 'by_margin' from by_margin
union all select *, 'risers' from risers union all select *, 'fallers' from fallers
"""

SELECT_MARGIN: LiteralString = f"""
select coalesce(sum(revenue) filter (where cost is not null), 0) as revenue,
    coalesce(sum(round(units_sold * cost, 2)), 0) as cost,
    coalesce(sum(units_sold) filter (where cost is not null), 0)::bigint as known_units,
    coalesce(sum(units_sold), 0)::bigint as units
from ({PRODUCTS_SOLD}) as sold join products using (product_id)
"""


async def product_lists(
    period: Period, earlier: Comparison | None, snapshot: Snapshot
) -> Mapping[ProductList, Sequence[ProductFigures]]:
    """The first products of each list; equal ones by id. Without a comparison nothing rises or falls."""
    params = {
        **asdict(_tiers(period)),
        **_earlier_days(earlier),
        **{"is_compared": earlier is not None, "shown": PRODUCTS_SHOWN},
    }
    lists: dict[ProductList, list[ProductFigures]] = {each: [] for each in ProductList}
    for product, listed in await snapshot.sql.fetch_pairs(ProductFigures, SELECT_LISTS, params):
        lists[ProductList(listed)].append(product)
    return lists


async def margin(period: Period, snapshot: Snapshot) -> Margin:
    """The margin of all that was sold in the period."""
    found = await snapshot.sql.fetch_one(Margin, SELECT_MARGIN, asdict(_tiers(period)))
    assert found, "an aggregate always has a row"
    return found


def _earlier_days(earlier: Comparison | None) -> Mapping[str, object]:
    """The days before the cut whole, and the day of the cut; nulls for what there is not."""
    whole = earlier.period if earlier else None
    cut = earlier.until if earlier else None
    cut_day = whole.end if whole and cut else None
    if whole and cut:
        whole = Period(whole.start, whole.end - timedelta(days=1)) if whole.start < whole.end else None
    days = asdict(_tiers(whole)) if whole else dict.fromkeys(each.name for each in fields(Tiers))
    return {f"earlier_{name}": day for name, day in days.items()} | {"cut_day": cut_day, "cut": cut}


def _tiers(period: Period) -> Tiers:
    """The parts of any days that a caller may ask for; nothing is sold in the last month of all."""
    return tiers(Period(min(period.start, LAST_DAY), period.end), date.min, LAST_DAY)
