"""SQL that enters points in the ledger and publishes them, in the statement that changes the balance.

The statement has a part `moved` with one row: `customer_id`, `points` (added, or taken if negative) and
`current_points`, the balance after it. Its parameters are `description`, `user_id` and `now`.
"""

from typing import LiteralString

from libs.common.contracts.customers import PointsChanged
from libs.common.messaging.publishing import told

MOVED: LiteralString = "points_entered join moved using (customer_id)"


def points_entered(kind: LiteralString, *, reference: LiteralString = "null::uuid") -> LiteralString:
    """The part `points_entered` of a `with`: the line of `moved`, if it moves points; `kind` is SQL."""
    return f"""points_entered as (
        insert into points_ledger
            (customer_id, amount, transaction_type, description, reference, user_id, created_at)
        select customer_id, points, {kind}, %(description)s, {reference}, %(user_id)s, %(now)s
        from moved where points <> 0
        returning id, customer_id, amount, transaction_type, user_id, created_at
    )"""


def points_told(*, of: LiteralString = MOVED, order_uuid: LiteralString = "null::uuid") -> LiteralString:
    """The event of each line, for `published_together`. `of` are lines with `current_points`."""
    return told(
        PointsChanged,
        of=of,
        subject="'customer/' || customer_id",
        change="amount",
        ledger_id="id",
        reference=order_uuid,
        changed_at="created_at",
    )
