"""How does an allocation end? The order stands, or its stock goes back: once, however often it is heard."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from libs.common.db.database import Database, Transaction
from services.catalog.domain.stock import AllocationConfirmed, AllocationStatus, Reason
from services.catalog.usecases.stock.ledger import Cause, Movement, tell_stock_changed

# Rows are locked in id order, so that two batches that share orders never wait for one another in a ring.
CONFIRM = """
    update allocations set status = 'CONFIRMED'
    where id in (
        select id from allocations
        where id = any(%(ids)s::uuid[]) and status = 'HELD' order by id for update
    )
"""

# An allocation that nobody has made yet is released before it can be: whoever tries to make it finds this
# row. This waits for one that is being made at this moment.
FORESTALL = """
    insert into allocations (id, status, lease_until, created_at)
    select id, 'RELEASED', %(now)s, %(now)s from unnest(%(ids)s::uuid[]) as forestalled(id) order by id
    on conflict (id) do nothing
"""

# Several allocations may hold the same product: its ledger lines follow one another, each with a balance.
PUT_BACK = """
with freed as (
    update allocations set status = 'RELEASED'
    where id in (
        select id from allocations
        where id = any(%(ids)s::uuid[]) and status = any(%(statuses)s::text[])
            and (%(lapsed_by)s::timestamptz is null or lease_until <= %(lapsed_by)s)
        order by id for update
    )
    returning id, user_id
), lines as materialized (
    select allocation_id, user_id, product_id, quantity
    from freed join allocation_lines on allocation_id = freed.id
), locked as materialized (
    select id from products where id in (select product_id from lines) order by id for no key update
), restored as (
    update products set current_stock = current_stock + back.quantity
    from (select product_id, sum(quantity) as quantity from lines group by product_id) back, locked
    where products.id = back.product_id and products.id = locked.id
    returning products.id, products.current_stock, back.quantity
), entered as (
    insert into stock_ledger (product_id, change, balance, reason, reference, user_id, created_at)
    select product_id, lines.quantity,
        current_stock - restored.quantity
            + sum(lines.quantity) over (partition by product_id order by allocation_id),
        %(reason)s, allocation_id::text, user_id, %(now)s
    from lines join restored on restored.id = product_id
    order by product_id, allocation_id
    returning id as ledger_id, product_id, change, balance, reference, user_id
)
select * from entered order by reference, product_id
"""

STATUS = "select status from allocations where id = %(id)s"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Returned(Movement):
    """One line that went back, of the allocation `reference`."""

    reference: str
    user_id: int | None


async def confirm(tx: Transaction, order_uuids: Sequence[UUID]) -> int:
    """These orders stand: their stock is taken for good. How many were still waiting for that."""
    return await tx.execute(CONFIRM, {"ids": order_uuids})


async def release(allocation_id: UUID, *, database: Database, now: datetime) -> None:
    """The order was not made: its stock goes back, and it can never be allocated again, seen before or not.

    Again does nothing. Raises `AllocationConfirmed` when the order is known to stand.
    """
    async with database.transaction() as tx:
        await tx.execute(FORESTALL, {"ids": [allocation_id], "now": now})
        returned = await _put_back(
            tx, [allocation_id], statuses=[AllocationStatus.HELD], reason=Reason.RELEASE, now=now
        )
        if not returned and await _is_confirmed(tx, allocation_id):
            raise AllocationConfirmed


async def release_lapsed(
    allocation_id: UUID, *, lapsed_by: datetime, database: Database, now: datetime
) -> None:
    """No order came of it: its stock goes back, unless it was renewed or its order heard of meanwhile."""
    async with database.transaction() as tx:
        await _put_back(
            tx,
            [allocation_id],
            statuses=[AllocationStatus.HELD],
            reason=Reason.RELEASE,
            now=now,
            lapsed_by=lapsed_by,
        )


async def cancel(tx: Transaction, order_uuids: Sequence[UUID], *, now: datetime) -> None:
    """These orders were called off: their stock goes back once, whether they were heard of before or not."""
    await tx.execute(FORESTALL, {"ids": order_uuids, "now": now})
    await _put_back(
        tx,
        order_uuids,
        statuses=[AllocationStatus.HELD, AllocationStatus.CONFIRMED],
        reason=Reason.CANCELLATION,
        now=now,
    )


async def _put_back(
    tx: Transaction,
    allocation_ids: Sequence[UUID],
    *,
    statuses: Sequence[AllocationStatus],
    reason: Reason,
    now: datetime,
    lapsed_by: datetime | None = None,
) -> bool:
    """Release those that are in one of the statuses (and past their lease, if asked); whether stock moved."""
    returned = await tx.fetch_all(
        _Returned,
        PUT_BACK,
        {
            "ids": allocation_ids,
            "statuses": statuses,
            "reason": reason,
            "now": now,
            "lapsed_by": lapsed_by,
        },
    )
    for reference, group in groupby(returned, key=lambda line: line.reference):
        lines = list(group)
        cause = Cause(reason=reason, reference=reference, user_id=lines[0].user_id, at=now)
        tell_stock_changed(tx, cause, lines)
    return bool(returned)


async def _is_confirmed(tx: Transaction, allocation_id: UUID) -> bool:
    return bool(await tx.fetch_value(STATUS, {"id": allocation_id}) == AllocationStatus.CONFIRMED)
