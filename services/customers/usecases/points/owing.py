"""Earned points settle what customers owe since a return (contract §8.3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

from libs.common.db.database import Transaction
from libs.common.messaging.publishing import published_together
from services.customers.usecases.points.ledger import owed_settled, settled_told

BY_NOBODY: LiteralString = """(
  select customer_id, settled, null::bigint as user_id, earned_at as created_at from moved
) as by_nobody"""

SETTLE: LiteralString = f"""
with moved as (
  update customers
  set current_points = current_points - settled, points_owed = points_owed - settled
  from (
    select customer_id, least(points_owed, sum(points))::bigint as settled, max(earned_at) as earned_at
    from unnest(%(customer_ids)s::bigint[], %(points)s::bigint[], %(earned_at)s::timestamptz[])
        as earned(customer_id, points, earned_at)
      join customers on customers.id = customer_id
    group by customer_id, points_owed
  ) as owed
  where id = customer_id
  returning customer_id, settled, current_points, earned_at
), {owed_settled(of=BY_NOBODY)}, {published_together(settled_told())}
select customer_id from moved
"""


@dataclass(frozen=True, slots=True)
class Earned:
    """Points that an order has earned just now; `paid_at` is UTC."""

    customer_id: int
    points: int
    paid_at: datetime


async def settle_owed(tx: Transaction, earned: Sequence[Earned]) -> None:
    """Take what the customers owe, at most what they have just earned. They are locked."""
    await tx.publish_values(
        SETTLE,
        {
            "customer_ids": [each.customer_id for each in earned],
            "points": [each.points for each in earned],
            "earned_at": [each.paid_at for each in earned],
        },
    )
