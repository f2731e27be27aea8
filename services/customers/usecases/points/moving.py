"""Moves points by hand: staff gives some, takes some, or corrects the balance (contract §5)."""

from dataclasses import dataclass
from typing import LiteralString
from uuid import UUID

from libs.common.clock import Clock
from libs.common.db.database import Database
from libs.common.db.operations import ONCE, did, find_done
from libs.common.db.violations import suppress_violation
from libs.common.looks import LookAgain, looks_again
from libs.common.messaging.publishing import published_together
from services.customers.domain.points import (
    EarnedPointsNotPositive,
    PointsType,
    points_moved,
    refuse_below_zero,
)
from services.customers.usecases.customers.reading import find_customer
from services.customers.usecases.points.ledger import (
    BEFORE_SETTLED,
    owed_settled,
    points_entered,
    points_told,
    settled_told,
)

POINTS_MOVED: LiteralString = "points.moved"

# The balance is counted from the row as it was locked: see `UPDATE_DEBT`. An operation has its last line.
UPDATE_POINTS: LiteralString = f"""
with balance as materialized (
  select id, current_points, points_owed,
    case %(transaction_type)s::text when 'EARN' then least(points_owed, %(points)s::bigint) else 0 end
      as settled
  from customers
  where id = %(customer_id)s and deleted_at is null and current_points + %(points)s::bigint >= 0
  for no key update
), moved as (
  update customers
  set current_points = balance.current_points + %(points)s::bigint - settled,
    points_owed = balance.points_owed - settled
  from balance where customers.id = balance.id
  returning customers.id as customer_id, %(points)s::bigint as points, settled, customers.current_points
), {points_entered("%(transaction_type)s")}, {owed_settled()}, {
    did(
        POINTS_MOVED,
        of="points_entered left join owed_settled using (customer_id)",
        thing="coalesce(owed_settled.id, points_entered.id)",
    )
}, {published_together(points_told(current_points=BEFORE_SETTLED), settled_told())}
select current_points from moved
"""

# The lines of a customer are entered one after the other, so their ids are in the order of the balances.
SELECT_BALANCE_AFTER = """
select sum(line.amount)::bigint as current_points
from points_ledger entered join points_ledger line using (customer_id)
where entered.id = %(id)s and line.id <= entered.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class MovePoints:
    """Points that the user `by` moves; `operation` is the same in every repeat of one request."""

    operation: UUID
    customer_id: int
    transaction_type: PointsType
    amount: int
    description: str
    by: int


@looks_again("customers")
async def move_points(command: MovePoints, *, database: Database, clock: Clock) -> int:
    """Move the points, with a line in the ledger; returns the balance after it. A repeat moves nothing.

    `EARN` settles first what the customer owes, with another line (contract §8.8).

    Raises `CustomerNotFound`, `EarnedPointsNotPositive` and `InsufficientPoints`; then nothing has changed.
    """
    try:
        points = points_moved(command.transaction_type, command.amount)
    except EarnedPointsNotPositive:
        await find_customer(command.customer_id, database=database)
        raise
    balance = await _move(command, points, database=database, clock=clock)
    if balance is None:
        balance = await _moved_before(command.operation, database=database)
    if balance is not None:
        return balance
    customer = await find_customer(command.customer_id, database=database)
    refuse_below_zero(points, current_points=customer.current_points)
    raise LookAgain


async def _move(command: MovePoints, points: int, *, database: Database, clock: Clock) -> int | None:
    """The balance after the points have moved; None if they may not, or have moved before."""
    with suppress_violation(ONCE):
        balance: int | None = await database.publish_value(
            UPDATE_POINTS,
            {
                "operation": command.operation,
                "customer_id": command.customer_id,
                "transaction_type": command.transaction_type,
                "points": points,
                "description": command.description,
                "user_id": command.by,
                "now": clock(),
            },
        )
        return balance
    return None


async def _moved_before(operation: UUID, *, database: Database) -> int | None:
    ledger_id = await find_done(database, operation, did=POINTS_MOVED)
    if ledger_id is None:
        return None
    balance: int | None = await database.fetch_value(SELECT_BALANCE_AFTER, {"id": ledger_id})
    return balance
