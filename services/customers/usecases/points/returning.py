"""Returns at the till take back the points of what came back (contract §8.3).

An order's points shrink to those of the part that was kept. It is noted for the order, so that returns may be
heard twice, in any order, and before the sale: the amount that was kept only ever falls. Of returns that keep
the same points, the first has taken them.
"""

from collections.abc import Collection, Sequence
from typing import LiteralString
from uuid import UUID

from libs.common.contracts.sales import OrderReturned
from libs.common.db.database import Transaction
from libs.common.messaging.publishing import published_together
from libs.common.points import points_for
from services.customers.domain.points import TAKEN_BACK
from services.customers.usecases.points.ledger import points_told
from services.customers.usecases.points.locking import lock_customers

UPSERT_KEPT = """
insert into returned_orders (order_uuid, customer_id, kept_points, user_id, returned_at)
select distinct on (order_uuid) * from unnest(
  %(orders)s::uuid[], %(customer_ids)s::bigint[], %(kept_points)s::bigint[], %(user_ids)s::bigint[],
  %(returned_at)s::timestamptz[]
) as r(order_uuid, customer_id, kept_points, user_id, returned_at)
order by order_uuid, kept_points, returned_at
on conflict (order_uuid) do update
set kept_points = excluded.kept_points, user_id = excluded.user_id, returned_at = excluded.returned_at
where (returned_orders.kept_points, returned_orders.returned_at)
  > (excluded.kept_points, excluded.returned_at)
"""

# due: points that an order has earned, and neither kept nor given back yet.
# split: of these, what the balance still holds; the rest is owed. A customer's orders are taken in turn.
# booked: the new lines with the balance after each. A customer's lines stand in the order of their ids.
TAKE_BACK: LiteralString = f"""
with due as (
  select returned.order_uuid, returned.customer_id, returned.user_id, returned_at,
    split_part(description, ' ', 2) as ticket_folio, earned.amount - kept_points - taken_back as points
  from returned_orders returned
    join points_ledger earned on reference = returned.order_uuid and transaction_type = 'EARN'
  where returned.order_uuid = any(%(orders)s::uuid[]) and earned.amount - kept_points > taken_back
), split as (
  select due.*,
    least(points, greatest(current_points - coalesce(sum(points) over before, 0), 0))::bigint as taken
  from due join customers on customers.id = customer_id
  window before as (
    partition by customer_id order by returned_at, order_uuid rows between unbounded preceding and 1 preceding
  )
), noted as (
  update returned_orders set taken_back = taken_back + points
  from split where returned_orders.order_uuid = split.order_uuid
), moved as (
  update customers
  set current_points = current_points - gone.taken, points_owed = points_owed + gone.owed
  from (
    select customer_id, sum(taken)::bigint as taken, sum(points - taken)::bigint as owed
    from split group by customer_id
  ) as gone
  where customers.id = gone.customer_id
  returning customer_id, current_points as balance
), entered as (
  insert into points_ledger
    (customer_id, amount, transaction_type, description, order_uuid, user_id, created_at)
  select customer_id, -taken, 'ADJUSTMENT', '{TAKEN_BACK}' || ticket_folio, order_uuid, user_id, returned_at
  from split where taken > 0 order by returned_at, order_uuid
  returning id, customer_id, amount, transaction_type, order_uuid, user_id, created_at
), owed_entered as (
  insert into points_owed_ledger (customer_id, amount, order_uuid, created_at)
  select customer_id, points - taken, order_uuid, returned_at from split where points > taken
), booked as (
  select entered.*, balance - (sum(amount) over later)::bigint + amount as current_points
  from entered join moved using (customer_id)
  window later as (partition by customer_id order by id desc)
), {published_together(points_told(of="booked order by id", order_uuid="order_uuid"))}
select customer_id from moved
"""


async def take_back_returned(tx: Transaction, returns: Sequence[OrderReturned]) -> None:
    """Shrink the points of orders of which something came back; what was spent already is owed.

    A repeated return changes nothing, and returns may arrive in any sequence, also before the sale. Those of
    orders without a customer are ignored. Raises `CustomerNotFound`, with nothing booked, if one names a
    customer that never existed.
    """
    of_customers = [each for each in returns if each.customer_id is not None]
    if not of_customers:
        return
    await lock_customers(tx, {each.customer_id for each in of_customers if each.customer_id is not None})
    await tx.execute(
        UPSERT_KEPT,
        {
            "orders": [each.order_uuid for each in of_customers],
            "customer_ids": [each.customer_id for each in of_customers],
            "kept_points": [points_for(each.kept_amount) for each in of_customers],
            "user_ids": [each.user_id for each in of_customers],
            "returned_at": [each.returned_at for each in of_customers],
        },
    )
    await take_back(tx, {each.order_uuid for each in of_customers})


async def take_back(tx: Transaction, order_uuids: Collection[UUID]) -> None:
    """Take the points back that these orders have earned and returns have not left. Customers are locked."""
    await tx.publish_values(TAKE_BACK, {"orders": list(order_uuids)})
