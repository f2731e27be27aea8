"""Rewarding paid orders: points, and the status of a frequent customer."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import LiteralString
from uuid import UUID
from zoneinfo import ZoneInfo

from libs.common.contracts.customers import CustomerChanged, FrequentStatusChanged
from libs.common.contracts.sales import OrderPaid
from libs.common.db.database import Transaction
from libs.common.messaging.publishing import published_together, told
from libs.common.points import points_for
from libs.common.store_calendar import month_of, store_day
from services.customers.domain.frequency import is_frequent, week_of
from services.customers.domain.points import purchase_description
from services.customers.usecases.points.ledger import points_told
from services.customers.usecases.points.locking import lock_customers
from services.customers.usecases.points.owing import Earned, settle_owed
from services.customers.usecases.points.returning import take_back

# earned: the unique (reference, transaction_type) lets an order earn once, even if its inbox row is gone.
# credited: balances increase by the new ledger rows.
# booked: the new rows with the balance after each. A customer's rows stand in the order of their ids.
# dated: the weeks with a purchase that were not known yet.
INSERT_PURCHASES: LiteralString = f"""
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
  returning id, customer_id, amount, transaction_type, reference, user_id, created_at
), credited as (
  update customers set current_points = current_points + gain.points
  from (select customer_id, sum(amount)::bigint as points from earned group by customer_id) as gain
  where customers.id = gain.customer_id
  returning customers.id as customer_id, current_points as balance
), booked as (
  select earned.*, balance - (sum(amount) over later)::bigint + amount as current_points
  from earned join credited using (customer_id)
  window later as (partition by customer_id order by id desc)
), dated as (
  insert into purchase_weeks (customer_id, month, week)
  select customer_id, month, week from purchase
  on conflict do nothing
  returning customer_id
), {published_together(points_told(of="booked order by id", order_uuid="reference"))}
select customer_id, true as in_new_week, 0 as points, null::timestamptz as paid_at, null::uuid as returned
from dated
union all
select customer_id, false, amount, created_at,
  (select order_uuid from returned_orders where returned_orders.order_uuid = reference)
from earned
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

UPDATE_FREQUENT: LiteralString = f"""
with changed as (
  update customers set is_frequent = not is_frequent
  where id = any(%(customer_ids)s::bigint[]) and is_frequent <> (id = any(%(frequent_ids)s::bigint[]))
  returning id as customer_id, first_name, last_name, email, phone_number, is_frequent,
    deleted_at is not null as deleted
), {
    published_together(
        told(CustomerChanged, of="changed", subject="'customer/' || customer_id"),
        told(
            FrequentStatusChanged,
            of="changed",
            subject="'customer/' || customer_id",
            month="(select max(month) from purchase_weeks w where w.customer_id = changed.customer_id)",
            changed_at="%(occurred_at)s::timestamptz",
        ),
    )
}
select customer_id from changed
"""


@dataclass(frozen=True, slots=True)
class Rewarded:
    """A customer who earned points, or who purchased in a week that was not known yet.

    `returned` is the order that earned, if a return of it was heard before.
    """

    customer_id: int
    in_new_week: bool
    points: int
    paid_at: datetime | None
    returned: UUID | None


@dataclass(frozen=True, slots=True)
class MonthBefore:
    """The month before a customer's last purchase, and its weeks with a purchase."""

    customer_id: int
    month: date
    weeks: list[date]


async def reward_purchases(tx: Transaction, orders: Sequence[OrderPaid], *, store_timezone: ZoneInfo) -> None:
    """Book the points of paid orders and update `is_frequent` by contract §5.

    A repeated order changes nothing, and orders may arrive in any sequence, also after their returns. Points
    settle first what the customer owes. Orders without a customer are ignored; a deleted customer still
    earns. Raises `CustomerNotFound`, with nothing booked, if an order names a customer that never existed, so
    that its points are not lost.
    """
    purchases = [order for order in orders if order.customer_id is not None]
    if not purchases:
        return
    ids = {purchase.customer_id for purchase in purchases if purchase.customer_id is not None}
    owing = await lock_customers(tx, ids)
    rewarded = await _book(tx, purchases, store_timezone)
    if earned := _earned_by(owing, rewarded):
        await settle_owed(tx, earned)
    if returned := [each.returned for each in rewarded if each.returned]:
        await take_back(tx, returned)
    if bought_in_new_weeks := {each.customer_id for each in rewarded if each.in_new_week}:
        await _decide_who_is_frequent(tx, bought_in_new_weeks)


async def _book(
    tx: Transaction, purchases: Sequence[OrderPaid], store_timezone: ZoneInfo
) -> Sequence[Rewarded]:
    """Book points and weeks, and return what is new of them."""
    days = [store_day(purchase.paid_at, store_timezone) for purchase in purchases]
    return await tx.publish_all(
        Rewarded,
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


def _earned_by(owing: Collection[int], rewarded: Sequence[Rewarded]) -> Sequence[Earned]:
    return [
        Earned(each.customer_id, each.points, each.paid_at)
        for each in rewarded
        if each.paid_at and each.customer_id in owing
    ]


async def _decide_who_is_frequent(tx: Transaction, customer_ids: Collection[int]) -> None:
    looked_at = {"customer_ids": sorted(customer_ids)}
    months = await tx.fetch_all(MonthBefore, SELECT_MONTHS_BEFORE_LAST_PURCHASE, looked_at)
    frequent_ids = [before.customer_id for before in months if is_frequent(before.weeks, before.month)]
    await tx.publish_values(UPDATE_FREQUENT, {**looked_at, "frequent_ids": frequent_ids})
