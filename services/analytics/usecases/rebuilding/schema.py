"""The tables of a rebuild, in a schema of their own beside those that are read.

While they are filled, workers apply every batch to both; then they take the others' place in one transaction.
Every batch writes to `inbox` first, so a lock on it waits for the batches under way and holds back the next.
"""

from collections.abc import Sequence

from sqlalchemy import Table as SqlTable

from libs.common.db.database import Transaction
from services.analytics.tables import Table

REBUILT = "rebuilt"

# What is no figure stays as it is.
KEPT = frozenset({"inbox", "watermark"})

HOLD_BATCHES = "lock table public.inbox in share row exclusive mode"
TURN_TO_REBUILT = "set local search_path to rebuilt, public"


def rebuilt_tables() -> Sequence[SqlTable]:
    """The tables that are filled again."""
    return [table for table in Table.metadata.sorted_tables if table.name not in KEPT]


async def turn_to_rebuilt(tx: Transaction) -> None:
    """Let the rest of this transaction read and write the tables of the rebuild."""
    await tx.execute(TURN_TO_REBUILT)
