"""Puts a service's stored requests into the state that a crash leaves."""

from libs.common.db.database import Database

UPDATE_TO_UNANSWERED = """
update idempotency_keys set status = null, body = null, locked_until = '-infinity'
"""


async def lose_answers(database: Database) -> None:
    """Delete the stored answers, as if the process had crashed after the work and before storing them."""
    await database.execute(UPDATE_TO_UNANSWERED)


async def lapse_claims(database: Database) -> None:
    """Let all claims lapse, as if no process had renewed them for a while."""
    await database.execute("update idempotency_keys set locked_until = '-infinity'")
