"""Rewarding paid orders: points, and the status of a frequent customer."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from libs.common.contracts.sales import OrderPaid
from libs.common.db.database import Transaction
from libs.common.points import points_for
from libs.common.store_calendar import month_of, store_day
from services.customers.domain.customers import CustomerNotFound
from services.customers.domain.frequency import is_frequent, week_of
from services.customers.domain.points import purchase_description
from services.customers.usecases.customers.changing import publish_changed
from services.customers.usecases.customers.reading import CUSTOMER_COLUMNS, Customer

# Balances change only under these locks, always taken in id order.
LOCK_CUSTOMERS = "select id from customers where id = any(%(ids)s::bigint[]) order by id for update"

# earned: the unique (reference, transaction_type) lets an order earn once, even if its inbox row is gone.
# credited: balances increase by the new ledger rows.
# Returns the customers with a purchase in a week that was not known yet.
INSERT_PURCHASES = """
with purchase as (
  select * from unnest(
    %(customer_ids)s::bigint[], %(points)s::bigint[], %(descriptions)s::text[], %(orders)s::uuid[],
    %(user_ids)s::bigint[], %(paid_at)s::timestamptz[], %(months)s::date[], %(weeks)s::date[]
  ) as p(customer_id, points, description, reference, user_id, paid_at, month, week)
), earned as (
  insert into points_ledger
    (customer_id, amount, transaction_type, description, reference, user_id, created_at)
  select customer_id, points, 'EARN', description, reference, user_id, paid_at
  from purchase where points > 0
  on conflict (reference, transaction_type) do nothing
  returning customer_id, amount
), credited as (
  update customers set current_points = current_points + gain.points
  from (select customer_id, sum(amount)::bigint as points from earned group by customer_id) as gain
  where customers.id = gain.customer_id
)
insert into purchase_weeks (customer_id, month, week)
select customer_id, month, week from purchase
on conflict do nothing
returning customer_id
"""

SELECT_MONTHS_BEFORE_LAST_PURCHASE = """
select customer_id, month, array(
  select week from purchase_weeks w where w.customer_id = last.customer_id and w.month = last.month
) as weeks
from (
  select customer_id, (max(month) - interval '1 month')::date as month from purchase_weeks
  where customer_id = any(%(customer_ids)s::bigint[]) group by customer_id
) as last
"""

UPDATE_FREQUENT = f"""
update customers set is_frequent = not is_frequent
where id = any(%(customer_ids)s::bigint[]) and is_frequent <> (id = any(%(frequent_ids)s::bigint[]))
returning {CUSTOMER_COLUMNS}, deleted_at is not null as deleted
"""


@dataclass(frozen=True, slots=True)
class MonthBefore:
    """The month before a customer's last purchase, and its weeks with a purchase."""

    customer_id: int
    month: date
    weeks: list[date]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedCustomer(Customer):
    """A customer whose status changed, deleted ones included."""

    deleted: bool


async def reward_purchases(tx: Transaction, orders: Sequence[OrderPaid], *, store_timezone: ZoneInfo) -> None:
    """Book the points of paid orders and update `is_frequent` by contract §5.

    A repeated order changes nothing, and orders may arrive in any sequence. Orders without a customer are
    ignored; a deleted customer still earns points. Raises `CustomerNotFound`, with nothing booked, if an
    order names a customer that never existed, so that its points are not lost.
    """
    purchases = [order for order in orders if order.customer_id is not None]
    if not purchases:
        return
    await _lock_customers(tx, purchases)
    bought_in_new_weeks = await _book(tx, purchases, store_timezone)
    if bought_in_new_weeks:
        await _decide_who_is_frequent(tx, bought_in_new_weeks)


async def _lock_customers(tx: Transaction, purchases: Sequence[OrderPaid]) -> None:
    ids = {purchase.customer_id for purchase in purchases}
    known = await tx.fetch_values(LOCK_CUSTOMERS, {"ids": list(ids)})
    if len(known) < len(ids):
        raise CustomerNotFound


async def _book(tx: Transaction, purchases: Sequence[OrderPaid], store_timezone: ZoneInfo) -> set[int]:
    """Book points and weeks. Returns the customers with a purchase in a week that was not known yet."""
    days = [store_day(purchase.paid_at, store_timezone) for purchase in purchases]
    bought_in_new_weeks = await tx.fetch_values(
        INSERT_PURCHASES,
        {
            "customer_ids": [purchase.customer_id for purchase in purchases],
            "points": [points_for(purchase.final_amount) for purchase in purchases],
            "descriptions": [purchase_description(purchase.ticket_folio) for purchase in purchases],
            "orders": [purchase.order_uuid for purchase in purchases],
            "user_ids": [purchase.user_id for purchase in purchases],
            "paid_at": [purchase.paid_at for purchase in purchases],
            "months": [month_of(day) for day in days],
            "weeks": [week_of(day) for day in days],
        },
    )
    return set(bought_in_new_weeks)


async def _decide_who_is_frequent(tx: Transaction, customer_ids: Collection[int]) -> None:
    looked_at = {"customer_ids": sorted(customer_ids)}
    months = await tx.fetch_all(MonthBefore, SELECT_MONTHS_BEFORE_LAST_PURCHASE, looked_at)
    frequent_ids = [before.customer_id for before in months if is_frequent(before.weeks, before.month)]
    changed = await tx.fetch_all(
        ChangedCustomer, UPDATE_FREQUENT, {**looked_at, "frequent_ids": frequent_ids}
    )
    for customer in changed:
        publish_changed(tx, customer, deleted=customer.deleted)
