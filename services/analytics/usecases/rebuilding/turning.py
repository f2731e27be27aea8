"""Turns a transaction to the tables of a rebuild."""

from libs.common.db.database import Transaction

TURN_TO_REBUILT = "set local search_path to rebuilt, public"


async def turn_to_rebuilt(tx: Transaction) -> None:
    """Let the rest of this transaction read and write the tables of the rebuild."""
    await tx.execute(TURN_TO_REBUILT)
