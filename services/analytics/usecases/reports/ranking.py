"""Ranks the products sold in a period by their units."""

from services.analytics.domain.periods import check_overlap
from services.analytics.domain.product_ranking import Cut, RankedProduct, Ranking, rank
from services.analytics.usecases.reports.desk import Desk, Report
from services.analytics.usecases.reports.sums import PRODUCTS_SOLD, sold_params

# The sums are made once for both ends. An end that is not wanted has the limit 0.
SELECT_RANKED = f"""
with sold as materialized (select * from ({PRODUCTS_SOLD}) as sums where units_sold > 0),
most as (select * from sold order by units_sold desc, product_id limit %(most)s),
least as (select * from sold order by units_sold, product_id limit %(least)s)
select product_id, products.name as product_name, units_sold, revenue, is_most
from (select *, true as is_most from most union all select *, false from least) as ends
join products using (product_id)
"""


async def rank_products(
    start_date: str | None, end_date: str | None, *, cut: Cut, desk: Desk
) -> Report[Ranking]:
    """The products sold in a period of the store's calendar, as many of each end as are wanted.

    Raises `PeriodRefused`: a date is malformed, the period is reversed, or lies wholly outside the days of
    record.
    """
    async with desk.snapshot() as snapshot:
        period, records = await snapshot.period(start_date, end_date)
        check_overlap(period, records)
        parameters = {**sold_params(period), "most": cut.most, "least": cut.least}
        ranked = await snapshot.sql.fetch_pairs(RankedProduct, SELECT_RANKED, parameters)
    ranking = rank(
        period,
        cut,
        most=[product for product, is_most in ranked if is_most],
        least=[product for product, is_most in ranked if not is_most],
    )
    return Report(ranking, snapshot.as_of)
