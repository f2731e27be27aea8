"""SQL that enters points in the ledger and publishes them, in the statement that changes the balance.

The statement has a part `moved` with one row: `customer_id`, `points` (added, or taken if negative) and
`current_points`, the balance after it. Its parameters are `description`, `user_id` and `now`.

Lines are dated to the second, as events are, which tell the moments of other lines: those of one second are
listed in the order in which they were entered.

Points that a customer earns or gets back settle first what they owe since a return (contract §8.3): then
`moved` also has `settled`, and the balance is the one after that.
"""

from typing import LiteralString

from libs.common.contracts.customers import PointsChanged
from libs.common.messaging.publishing import told
from services.customers.domain.points import SETTLED

MOVED: LiteralString = "points_entered join moved using (customer_id)"
BEFORE_SETTLED: LiteralString = "current_points + settled"
"""The balance after the points of `moved`, and before some of them settled what was owed."""


def points_entered(kind: LiteralString, *, reference: LiteralString = "null::uuid") -> LiteralString:
    """The part `points_entered` of a `with`: the line of `moved`, if it moves points; `kind` is SQL."""
    return f"""points_entered as (
        insert into points_ledger
            (customer_id, amount, transaction_type, description, reference, user_id, created_at)
        select customer_id, points, {kind}, %(description)s, {reference}, %(user_id)s,
            date_trunc('second', %(now)s::timestamptz)
        from moved where points <> 0
        returning id, customer_id, amount, transaction_type, user_id, created_at
    )"""


def owed_settled(*, of: LiteralString = MOVED) -> LiteralString:
    """The parts `owed_settled` and `owed_entered` of a `with`: the lines of points that settle what is owed.

    `of` are rows with `customer_id`, `settled`, `user_id` and `created_at`. The lines come after those of
    `points_entered`.
    """
    return f"""owed_settled as (
        insert into points_ledger (customer_id, amount, transaction_type, description, user_id, created_at)
        select customer_id, -settled, 'ADJUSTMENT', '{SETTLED}', user_id, created_at
        from {of} where settled > 0
        returning id, customer_id, amount, transaction_type, user_id, created_at
    ), owed_entered as (
        insert into points_owed_ledger (customer_id, amount, created_at)
        select customer_id, amount, created_at from owed_settled
    )"""


def points_told(
    *,
    of: LiteralString = MOVED,
    order_uuid: LiteralString = "null::uuid",
    current_points: LiteralString = "current_points",
) -> LiteralString:
    """The event of each line, for `published_together`. `of` are lines, `current_points` is SQL."""
    return told(
        PointsChanged,
        of=of,
        subject="'customer/' || customer_id",
        change="amount",
        current_points=current_points,
        ledger_id="id",
        reference=order_uuid,
        changed_at="created_at",
    )


def settled_told(*, order_uuid: LiteralString = "null::uuid") -> LiteralString:
    """The event of each line of `owed_settled`, for `published_together`."""
    return points_told(of="owed_settled join moved using (customer_id)", order_uuid=order_uuid)
