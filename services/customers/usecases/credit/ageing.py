"""Sums up what all customers owe, by the age of the charges that are not paid yet."""

from dataclasses import dataclass
from decimal import Decimal
from typing import LiteralString
from zoneinfo import ZoneInfo

from libs.common.clock import Clock
from libs.common.db.database import Database
from libs.common.store_calendar import start_of_day, store_day
from services.customers.domain.debts import Debts, Owed, debts_by_age, first_days

# Only indexes are read: of the customers who owe something, and of the charges of 60 days, less what was
# given back of them. Payments settle the oldest first: of a debt, so much is recent as was charged recently.
SELECT_DEBTS: LiteralString = """
with charged as (
  select customer_id, sum(credit - refunded_credit) as lately,
    coalesce(sum(credit - refunded_credit) filter (where made_at >= %(recent_since)s), 0) as recently
  from charges where credit > 0 and made_at >= %(late_since)s
  group by customer_id
), aged as (
  select credit_used as total, least(credit_used, coalesce(recently, 0)) as recent,
    least(credit_used, coalesce(lately, 0)) as late
  from customers left join charged on customer_id = customers.id
  where deleted_at is null and credit_used > 0
)
select count(*) as customers, coalesce(sum(total), 0) as total,
  count(*) filter (where recent > 0) as recent_customers, coalesce(sum(recent), 0) as recent,
  count(*) filter (where late > recent) as middle_customers, coalesce(sum(late - recent), 0) as middle,
  count(*) filter (where total > late) as old_customers, coalesce(sum(total - late), 0) as old
from aged
"""


@dataclass(frozen=True, slots=True)
class _Sums:
    customers: int
    total: Decimal
    recent_customers: int
    recent: Decimal
    middle_customers: int
    middle: Decimal
    old_customers: int
    old: Decimal


async def sum_debts(*, database: Database, clock: Clock, timezone: ZoneInfo) -> Debts:
    """All debts of customers who are not deleted. `timezone` is the store's, whose days are counted."""
    recent, late = first_days(store_day(clock(), timezone))
    since = {"recent_since": start_of_day(recent, timezone), "late_since": start_of_day(late, timezone)}
    sums = await database.fetch_only(_Sums, SELECT_DEBTS, since)
    return debts_by_age(
        Owed(sums.total, sums.customers),
        Owed(sums.recent, sums.recent_customers),
        Owed(sums.middle, sums.middle_customers),
        Owed(sums.old, sums.old_customers),
    )
