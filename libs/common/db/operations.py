"""Operations: what a request did, written by the statement that did it; a repeat finds it (ADR 0029).

    TAKE_PAYMENT = f'''
    with paid as (update orders set … returning id, …), {did("order.paid", of="paid")}
    select * from paid
    '''
    order = await database.publish_one(Order, TAKE_PAYMENT, {"operation": command.operation.id, …})

A second operation with the same id raises `UniqueViolation` of the constraint `ONCE` and changes nothing.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import LiteralString
from uuid import UUID

from libs.common.db.database import Database, Sql, Transaction
from libs.common.db.pruning import Prunable

OLD_OPERATIONS = Prunable("operations", "at", timedelta(hours=48))  # an Idempotency-Key lives 24 hours
ONCE = "pk_operations"

INSERT_DONE = "insert into operations (id, did, thing_id) values (%(id)s, %(did)s, %(thing_id)s)"
INSERT_ONCE = f"{INSERT_DONE} on conflict (id) do nothing"
SELECT_DONE = "select thing_id from operations where id = %(id)s and did = %(did)s"


@dataclass(frozen=True, slots=True)
class Operation:
    """One attempt at the work of a request.

    `id` is the same for every repeat with the same `Idempotency-Key`, and random without a key. `attempt`
    counts from 1; earlier attempts may have died, or may even still work.
    """

    id: UUID
    attempt: int = 1


def did(
    what: LiteralString,
    *,
    of: LiteralString,
    thing: LiteralString = "id",
    by: LiteralString = "%(operation)s",
) -> LiteralString:
    """The part of a `with` that writes what the operation `%(operation)s` did to the row of the part `of`.

    `what` is the thing and what happened to it, like `order.paid`; `thing` is SQL for the thing's id, `by`
    for the operation's id, or for a set of ids.
    """
    return f"""done as (
        insert into operations (id, did, thing_id) select {by}, '{what}', {thing} from {of}
    )"""


async def remember_done(tx: Transaction, operation: UUID, *, did: str, thing_id: int) -> None:
    """Write what the operation did, for work that takes more than one statement (else `did`)."""
    await tx.execute(INSERT_DONE, {"id": operation, "did": did, "thing_id": thing_id})


async def remember_once(tx: Transaction, operation: UUID, *, did: str, thing_id: int) -> bool:
    """Write what the operation does in this transaction, before the work; False if it did so before.

    A second attempt at the same time waits until the first has committed or failed.
    """
    return await tx.execute(INSERT_ONCE, {"id": operation, "did": did, "thing_id": thing_id}) == 1


async def find_done(sql: Database | Sql, operation: UUID, *, did: str) -> int | None:
    """The id of the thing to which the operation did that; None if it did not, or more than 48 hours ago."""
    thing_id: int | None = await sql.fetch_value(SELECT_DONE, {"id": operation, "did": did})
    return thing_id
