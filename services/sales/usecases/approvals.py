"""Uses up approvals, in the transaction or the statement of the deed that they allow (contract §8.5).

    used = authority.approvals_for(Deed(Action.REFUND, str(order.id), amount))   # raises what is lacking
    async with database.transaction() as tx:
        ...
        await use_up(tx, used, clock=clock)

or, where the deed is one statement:

    CLOSE = f"with closed as (update … returning id), {used_up(of='closed')} select * from closed"
    with refusing_used():
        await database.publish_one(Row, CLOSE, {**used_up_params(used, clock=clock), …})

A deed that fails uses nothing up. A repeat must look for what its operation did before it asks for approvals:
its own have been used. Rows are deleted long after the approvals have expired (`OLD_APPROVALS`).
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import LiteralString

from libs.common.approvals import Approval
from libs.common.clock import Clock
from libs.common.db.database import Transaction
from libs.common.db.json_rows import json_rows
from libs.common.db.pruning import Prunable
from libs.common.db.violations import refuse_violation
from libs.common.faults import Boundary, reached
from services.sales.domain.approvals import ApprovalInvalid

# No request that was verified in time is still at work by then.
OLD_APPROVALS = Prunable("used_approvals", "expires_at", timedelta(hours=1))
USED_ONCE = "pk_used_approvals"

_INSERT: LiteralString = (
    "insert into used_approvals (id, action, subject, user_id, approver_id, used_at, expires_at)"
)
_ROWS: LiteralString = """json_to_recordset(%(approvals)s) as approval (
        id uuid, action text, subject text, user_id bigint, approver_id bigint, expires_at timestamptz
    )"""
_COLUMNS: LiteralString = "id, action, subject, user_id, approver_id, %(used_at)s, expires_at"

INSERT_USED: LiteralString = f"{_INSERT} select {_COLUMNS} from {_ROWS} order by id"


NOTE_USED: LiteralString = f"{INSERT_USED} on conflict do nothing"


def used_up(*, of: LiteralString) -> LiteralString:
    """The part of a `with` that uses the approvals up if the part `of` has a row.

    The statement needs `used_up_params`, and raises what `refusing_used` turns into a refusal.
    """
    columns = "approval.id, action, subject, approval.user_id, approver_id, %(used_at)s, approval.expires_at"
    return f"used as ({_INSERT} select {columns} from {_ROWS} where exists (select from {of}))"


def used_up_params(approvals: Sequence[Approval], *, clock: Clock) -> Mapping[str, object]:
    """The parameters of a statement with `used_up`."""
    rows = [
        {
            "id": approval.id,
            "action": approval.action,
            "subject": approval.subject,
            "user_id": approval.caller_id,
            "approver_id": approval.approver_id,
            "expires_at": approval.expires_at,
        }
        for approval in approvals
    ]
    return {"approvals": json_rows(rows), "used_at": clock()}


async def use_up(tx: Transaction, approvals: Sequence[Approval], *, clock: Clock) -> None:
    """Use the approvals up as part of a transaction. Raises `ApprovalInvalid` if one was used before.

    Of two deeds at once with the same approval the second waits until the first has committed or failed.
    """
    if approvals:
        with refusing_used():
            await tx.execute(INSERT_USED, used_up_params(approvals, clock=clock))
        reached(Boundary.AFTER_USED_UP)


async def note_used(tx: Transaction, approvals: Sequence[Approval], *, clock: Clock) -> None:
    """Use up the approvals of a deed that has happened, as part of a transaction.

    They are of this deed only: one that was used before was used by this deed's order.
    """
    await tx.execute(NOTE_USED, used_up_params(approvals, clock=clock))


def refusing_used() -> AbstractContextManager[None]:
    """Raise `ApprovalInvalid` if the statement inside finds one of its approvals used."""
    return refuse_violation({USED_ONCE: ApprovalInvalid})
