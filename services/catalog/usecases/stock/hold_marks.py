"""Marks the products whose holds change, so that a statement knows whether it sees all of them.

A statement that waits for a product's lock reads holds as they were before it waited. If its snapshot does
not see the transaction that last changed them, it has missed something.
"""

from typing import LiteralString

THIS_TRANSACTION: LiteralString = "pg_current_xact_id()::text::bigint"
"""The value of `products.holds_changed_in` for a change of the product's holds."""

MISSES_HOLDS: LiteralString = (
    "mark is not null and not pg_visible_in_snapshot(mark::text::xid8, pg_current_snapshot())"
)
"""Whether the statement does not see the last change of a locked product's holds (`mark`)."""
