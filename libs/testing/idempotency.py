"""Brings a service's keyed requests into the state that a crash leaves behind."""

from libs.common.db.database import Database

UPDATE_TO_UNANSWERED = """
update idempotency_keys set status = null, body = null, locked_until = created_at
"""


async def lose_answers(database: Database) -> None:
    """As if the process had died between the commit of the work and that of its answer."""
    await database.execute(UPDATE_TO_UNANSWERED)
