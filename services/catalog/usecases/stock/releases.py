"""Ends allocations: confirms them or returns their stock, exactly once."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from libs.common.db.database import Database, Transaction
from libs.common.db.json_rows import json_rows
from libs.common.faults import Boundary, reached
from libs.common.lifecycle import Step, sql_list
from services.catalog.domain.lifecycles import CANCEL, CONFIRM, RECOVER, RELEASE, AllocationStatus
from services.catalog.domain.stock import AllocationConfirmed, Reason, WantedLine
from services.catalog.usecases.stock.hold_marks import THIS_TRANSACTION
from services.catalog.usecases.stock.ledger import MOVEMENT, Movement, publish_movements
from services.catalog.usecases.stock.recovery import Unheld, recover_allocations
from services.catalog.usecases.stock.shortfalls import settle_shortfalls

# All are locked in one statement, in id order, so that two batches that share orders cannot deadlock. Returns
# those that were sold already or released by mistake: these have more to be done.
UPDATE_TO_CONFIRMED: LiteralString = f"""
    with locked as materialized (
        select id, user_id, status, sold_at, cancelled_at from allocations
        where id = any(%(ids)s::uuid[]) order by id for update
    ), confirmed as (
        update allocations set status = %(to)s from locked
        where allocations.id = locked.id and locked.status in ({sql_list(CONFIRM.sources)})
    )
    select id, user_id, status in ({sql_list(RECOVER.sources)}) as is_released from locked
    where sold_at is not null or cancelled_at is null and status in ({sql_list(RECOVER.sources)})
    order by id
"""

# Those that are missing for the orders, and those that the released ones take again, in id order once.
LOCK_PRODUCTS = """
    select id from products
    where id = any(array(
        select product_id from shortfalls where allocation_id = any(%(ids)s::uuid[])
        union all select product_id from allocation_lines where allocation_id = any(%(released)s::uuid[])
    ))
    order by id for no key update
"""

# What is missing for an order gets its number.
UPDATE_NUMBERED = """
    update shortfalls set order_id = fact.order_id
    from unnest(%(ids)s::uuid[], %(order_ids)s::bigint[]) as fact (id, order_id)
    where allocation_id = fact.id and fact.order_id is not null
"""

# Inserts a released allocation if there is none yet, so that a later request to allocate finds it. The others
# stay as they are and are locked, in id order: a refusal may be about to delete one (`allocations.py`). The
# statement waits for an allocation that is being inserted.
INSERT_RELEASED = """
    insert into allocations (id, status, lease_until, created_at)
    select id, %(to)s, %(now)s, %(now)s from unnest(%(ids)s::uuid[]) as missing(id) order by id
    on conflict (id) do update set status = excluded.status where false
"""

UPDATE_TO_RELEASED: LiteralString = f"""
-- The allocations that may take the step; several are locked before. A sale that has happened never does.
with freed as (
    update allocations set status = %(to)s
    where id = any(%(ids)s::uuid[]) and status = any(%(from)s::text[]) and sold_at is null
        and (%(lapsed_by)s::timestamptz is null or lease_until <= %(lapsed_by)s)
    returning id, user_id

-- Their lines with what goes back: all of it, unless less was said.
), said as (
    select allocation_id, product_id, sum(quantity) as quantity
    from json_to_recordset(%(put_back)s) as row (allocation_id uuid, product_id bigint, quantity bigint)
    group by allocation_id, product_id
), lines as materialized (
    select allocation_id, user_id, product_id, line.quantity as taken,
        case when allocation_id = any(%(partly)s::uuid[])
            then least(coalesce(said.quantity, 0), line.quantity)::bigint else line.quantity
        end as quantity
    from freed
    join allocation_lines line on allocation_id = freed.id
    left join said using (allocation_id, product_id)
), kept as (
    update allocation_lines line set kept = taken - lines.quantity
    from lines
    where line.allocation_id = lines.allocation_id and line.product_id = lines.product_id
        and lines.quantity < taken

-- Their products, locked in id order too.
), locked as materialized (
    select id from products where id in (select product_id from lines where quantity > 0)
    order by id for no key update

-- What a refused order had used of its user's holds is held again, until these holds lapse.
), regained as (
    update holds set quantity = holds.quantity + used.quantity
    from freed, used_holds used, locked
    where %(is_refused)s::bool and used.allocation_id = freed.id
        and holds.id = used.hold_id and holds.product_id = locked.id
    returning product_id

-- The stock put back.
), restored as (
    update products set current_stock = current_stock + back.quantity,
        holds_changed_in = case when products.id in (select product_id from regained)
            then {THIS_TRANSACTION} else holds_changed_in end
    from (select product_id, sum(quantity) as quantity from lines group by product_id) back, locked
    where products.id = back.product_id and products.id = locked.id
    returning products.id, products.current_stock, back.quantity

-- Several allocations may hold the same product: its ledger lines follow one another, each with a balance.
), entered as (
    insert into stock_ledger (product_id, change, balance, reason, reference, user_id, created_at)
    select product_id, lines.quantity,
        current_stock - restored.quantity
            + sum(lines.quantity) over (partition by product_id order by allocation_id),
        %(reason)s, allocation_id::text, user_id, %(now)s
    from lines join restored on restored.id = product_id
    where lines.quantity > 0
    order by product_id, allocation_id
    returning {MOVEMENT}
)
select * from entered order by reference, product_id
"""

# Marks released allocations too: the stock of a cancelled order is never taken again.
UPDATE_CANCELLED = """
    update allocations set cancelled_at = %(now)s
    where id = any(%(ids)s::uuid[]) and cancelled_at is null and sold_at is null
"""

SELECT_STATUS = "select status from allocations where id = %(id)s"


@dataclass(frozen=True, slots=True)
class CancelAllocation:
    """A cancelled order with what goes back to the shelf; all that it took if `put_back` is None."""

    order_uuid: UUID
    put_back: Sequence[WantedLine] | None = None


async def confirm_allocations(tx: Transaction, orders: Mapping[UUID, int | None], *, now: datetime) -> None:
    """Confirm the allocations of orders that stand; stock released by mistake is taken again.

    `orders` are their numbers by uuid, None where it is not known.
    """
    reached(Boundary.BEFORE_CONFIRMED)
    params = {**CONFIRM.sql, "ids": list(orders), "order_ids": list(orders.values())}
    if others := await tx.fetch_all(Unheld, UPDATE_TO_CONFIRMED, params):
        released = [each for each in others if each.is_released]
        await tx.execute(LOCK_PRODUCTS, {**params, "released": [each.id for each in released]})
        await tx.execute(UPDATE_NUMBERED, params)
        await recover_allocations(tx, released, now=now)
    reached(Boundary.BEFORE_CONFIRMATION_COMMITS)


async def release_allocation(allocation_id: UUID, *, database: Database, now: datetime) -> None:
    """Return the stock; the uuid can never be allocated afterwards, even if it never was.

    The pieces that the order's user held are held again, until their holds lapse (contract §3).
    A repeat does nothing. Raises `AllocationConfirmed` if the order is known to exist.
    """
    async with database.transaction() as tx:
        await tx.execute(INSERT_RELEASED, {**RELEASE.sql, "ids": [allocation_id], "now": now})
        returned = await _put_back(tx, {allocation_id: None}, step=RELEASE, now=now)
        if not returned and await _is_confirmed(tx, allocation_id):
            raise AllocationConfirmed
        reached(Boundary.BEFORE_RELEASED)
    reached(Boundary.AFTER_RELEASED)


async def release_lapsed(
    allocation_id: UUID, *, lapsed_by: datetime, database: Database, now: datetime
) -> bool:
    """Return the stock if the allocation is still held and its lease was not renewed beyond `lapsed_by`.

    Returns whether it was.
    """
    async with database.transaction() as tx:
        return await _put_back(tx, {allocation_id: None}, step=RELEASE, now=now, lapsed_by=lapsed_by)


async def cancel_allocation(command: CancelAllocation, *, database: Database, now: datetime) -> None:
    """Return the stock of a cancelled order at once; its event finds nothing left to do."""
    async with database.transaction() as tx:
        await cancel_allocations(tx, [command], now=now)


async def cancel_allocations(tx: Transaction, commands: Sequence[CancelAllocation], *, now: datetime) -> None:
    """Return the stock of cancelled orders, once, also of those that were never confirmed here.

    Of a product at most what the order took goes back. If an order is cancelled twice, the first one counts.
    """
    first = {command.order_uuid: command.put_back for command in reversed(commands)}
    await tx.execute(INSERT_RELEASED, {**CANCEL.sql, "ids": list(first), "now": now})
    await tx.execute(UPDATE_CANCELLED, {"ids": list(first), "now": now})
    await _put_back(tx, first, step=CANCEL, now=now)


async def _put_back(
    tx: Transaction,
    allocations: Mapping[UUID, Sequence[WantedLine] | None],
    *,
    step: Step,
    now: datetime,
    lapsed_by: datetime | None = None,
) -> bool:
    """Take the step if allowed and, if given, the lease ended by `lapsed_by`. Returns whether stock moved.

    `allocations` maps each to what goes back; None is all of it.
    """
    partly = {key: lines for key, lines in allocations.items() if lines is not None}
    params = {
        **step.sql,
        "ids": list(allocations),
        "partly": list(partly),
        "put_back": _rows_of(partly),
        "reason": Reason.RELEASE if step is RELEASE else Reason.CANCELLATION,
        "is_refused": step is RELEASE,
        "now": now,
        "lapsed_by": lapsed_by,
    }
    returned = await tx.fetch_all(Movement, UPDATE_TO_RELEASED, params)
    publish_movements(tx, returned, at=now)
    back: Counter[int] = Counter()
    for line in returned:
        back[line.product_id] += line.change
    # A statement of its own: that above does not see what became missing while it waited for the products.
    await settle_shortfalls(tx, back, now=now)
    return bool(returned)


def _rows_of(put_back: Mapping[UUID, Sequence[WantedLine]]) -> str:
    return json_rows(
        {"allocation_id": allocation_id, "product_id": line.product_id, "quantity": line.quantity}
        for allocation_id, lines in put_back.items()
        for line in lines
    )


async def _is_confirmed(tx: Transaction, allocation_id: UUID) -> bool:
    status = await tx.fetch_value(SELECT_STATUS, {"id": allocation_id})
    return bool(status == AllocationStatus.CONFIRMED)
