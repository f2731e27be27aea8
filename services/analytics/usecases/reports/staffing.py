"""Sums the sales of a period that each user took at tills."""

from dataclasses import asdict
from typing import LiteralString

from services.analytics.domain.periods import check_recorded
from services.analytics.domain.staff import SellerSold, StaffReport
from services.analytics.usecases.reports.desk import Desk, Report
from services.analytics.usecases.reports.sums import SOLD

SELECT_SELLERS: LiteralString = f"""
with sold as (
    select user_id, {SOLD} from sales_by_user where day between %(start)s and %(end)s
    group by user_id
)
select tickets, units, revenue, user_id, username, email, coalesce(deleted, false) as is_deleted
from sold left join users using (user_id)
order by revenue desc, user_id
"""


async def sum_staff_sales(start_date: str | None, end_date: str | None, *, desk: Desk) -> Report[StaffReport]:
    """What each user sold at tills in a period, also users that were deleted since.

    Raises `PeriodRefused`: a date is malformed, the period is reversed, or lies outside the days of record.
    """
    async with desk.snapshot() as snapshot:
        period, records = await snapshot.period(start_date, end_date)
        check_recorded(period, records, snapshot.today)
        sellers = await snapshot.sql.fetch_all(SellerSold, SELECT_SELLERS, asdict(period))
    return Report(StaffReport(period, sellers), snapshot.as_of)
