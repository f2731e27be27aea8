"""Settles for good whether a refund was booked, even while it is being committed (ADR 0034)."""

from uuid import UUID

from libs.common.clock import Clock
from libs.common.db.database import Database
from services.customers.domain.charges import RefundFenced
from services.customers.usecases.charges.refunding import lock_charge

IS_REFUNDED = "select true from charge_refunds where id = %(id)s"

INSERT_REFUND_FENCE = """
insert into refund_fences (id, made_at) values (%(id)s, %(now)s) on conflict do nothing
"""


async def fence_refund(refund_id: UUID, charge_id: UUID, *, database: Database, clock: Clock) -> None:
    """Return if the refund was booked; otherwise fence it, so that it never will be: `RefundFenced`.

    Refunds lock the customer, and so does this: what is in flight is waited for. Raises `ChargeNotFound`, or
    `Unavailable` while nothing is decided.
    """
    async with database.transaction() as tx:
        await lock_charge(tx, charge_id)
        if await tx.fetch_value(IS_REFUNDED, {"id": refund_id}):
            return
        await tx.execute(INSERT_REFUND_FENCE, {"id": refund_id, "now": clock()})
    raise RefundFenced
