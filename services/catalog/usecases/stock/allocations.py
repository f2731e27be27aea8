"""Takes an order's stock: all lines or none, once per order (ARCHITECTURE.md, "Placing and paying an order").

Locks are taken in one order everywhere: the allocation, then its products by id. A statement that settles an
allocation while it is being inserted waits on its primary key, and sees the outcome.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import LiteralString
from uuid import UUID

from libs.common.contracts.catalog import StockChanged, StockLevel, StockLow
from libs.common.contracts.internal.catalog import Shortage
from libs.common.contracts.sales import Channel
from libs.common.db.database import Database
from libs.common.db.statements import on_one_line
from libs.common.faults import Boundary, reached
from libs.common.looks import LookAgain, looks_again
from libs.common.messaging.publishing import payload, published_together, told
from libs.common.store_calendar import Moment
from services.catalog.domain.lifecycles import ALLOCATIONS, AllocationStatus
from services.catalog.domain.stock import (
    AllocatedLine,
    AllocationReleased,
    InsufficientStock,
    UnknownProduct,
    WantedLine,
    refuse_twice,
)
from services.catalog.usecases.products.locking import LOCK_PRODUCTS
from services.catalog.usecases.stock.hold_marks import MISSES_HOLDS, THIS_TRANSACTION
from services.catalog.usecases.stock.holds import own_holds_used

_LEVEL: LiteralString = payload(StockLevel, current_stock="balance", ledger_id="id")

# One event for all lines, and one for each product that turns low, as `domain.products.turns_low` says.
_PUBLISHED: LiteralString = published_together(
    told(
        StockChanged,
        of="moved",
        subject="'stock/' || %(id)s::uuid",
        reason="'SALE'",
        reference="%(id)s::uuid",
        user_id="%(user_id)s::int",
        products="levels",
        changed_at="%(now)s::timestamptz",
    ),
    told(
        StockLow,
        of="taken where balance <= threshold and balance + taken > threshold",
        subject="'product/' || product_id",
        current_stock="balance",
        low_stock_threshold="threshold",
    ),
)


# One statement inserts the allocation, locks its products if it is new, and takes all lines or none. It
# returns no row when the allocation existed already, and rows that are not `is_taken` when nothing was.
#
# - `wanted`: the lines as they were asked for, numbered. Each has a quantity above 0: that condition lets
#   PostgreSQL expect three lines of arrays that it does not know, not ten. For ten, its plan without values
#   looks so dear that it plans each order anew, which takes longer than all the rest.
# - `made`: the allocation. While another statement makes the same one, this waits for it.
# - `locked`: its products, if it is new, locked in id order; only those that are sold on this channel.
# - `found`: each line with its product, the promotion in force on the store's day, and the live holds:
#   the user's own, and those of others, which are not for sale. A product has at most one promotion: the
#   limit makes PostgreSQL look promotions up by product, instead of reading all that are in force. A line
#   `is_stale` if holds changed while the statement waited for the lock: it does not see them, and takes
#   nothing.
# - `taken`: the stock, taken if no line is short. It is counted from the row as it was locked: PostgreSQL
#   evaluates check constraints before it notices that the row which it found first is outdated.
# - `used`: the user's own holds, used up first; `remembered` for the case that the order is refused.
# - `entered`: the ledger's lines, by product id as everywhere.
# - `kept`: the allocation's lines: what a repeat is answered, and what is put back.
# - `moved`: the levels of all lines, if any were taken.
#
INSERT_ALLOCATION: LiteralString = on_one_line(
    f"""
with wanted as (
    select * from unnest(%(ids)s::bigint[], %(quantities)s::bigint[])
        with ordinality as line(product_id, quantity, line)
    where quantity > 0
), made as (
    insert into allocations (id, status, user_id, channel, lease_until, created_at)
    values (%(id)s, %(held)s, %(user_id)s, %(channel)s, %(lease_until)s, %(now)s)
    on conflict (id) do nothing
    returning id
), locked as (
    select id, case %(channel)s::text when 'POS' then name else description end as product_name,
        price, tax_rate, clave_prod_serv, clave_unidad, objeto_imp, current_stock,
        holds_changed_in as mark
    from wanted join products on id = product_id
    where exists (select from made) and deleted_at is null
        and (%(channel)s::text = 'POS' or is_active)
    order by id
    for no key update of products
), found as materialized (
    select *, id is not null as is_known,
        coalesce(current_stock - coalesce(others, 0), 0)::bigint as available,
        {MISSES_HOLDS} and not %(is_locked)s::bool as is_stale
    from wanted
    left join locked on locked.id = wanted.product_id
    left join lateral (
        select discount_percent, target_audience from promotions
        where product_id = locked.id and daterange(start_date, end_date, '[]') @> %(today)s::date
        limit 1
    ) promotion on true
    left join lateral (
        select sum(quantity) filter (where user_id = %(user_id)s) as own,
            sum(quantity) filter (where user_id <> %(user_id)s) as others
        from holds
        where mark is not null and product_id = locked.id and expires_at > %(now)s
    ) held on true
), taken as (
    update products
    set current_stock = found.current_stock - quantity,
        holds_changed_in = case when own > 0 then {THIS_TRANSACTION} else mark end
    from found
    where products.id = product_id
        and not exists (select from found where is_stale or available < quantity)
    returning product_id, products.current_stock as balance, quantity as taken, own,
        low_stock_threshold as threshold
), {own_holds_used(of="taken", where="own > 0", pieces="taken")}, remembered as (
    insert into used_holds (allocation_id, hold_id, quantity) select %(id)s, hold_id, quantity from used
), entered as (
    insert into stock_ledger (product_id, change, balance, reason, reference, user_id, created_at)
    select product_id, -taken, balance, 'SALE', %(id)s::uuid::text, %(user_id)s, %(now)s
    from taken order by product_id
    returning id, product_id, change, balance
), kept as (
    insert into allocation_lines
        (allocation_id, line, product_id, quantity, product_name, price, tax_rate, discount_percent,
            target_audience)
    select %(id)s, line, product_id, quantity, product_name, price, tax_rate, discount_percent,
        target_audience
    from found where exists (select from taken)
), moved as (
    select json_agg({_LEVEL} order by id) as levels from entered having count(*) > 0
), {_PUBLISHED}
select product_id, quantity, is_known, available, is_stale, product_name, price, tax_rate,
    discount_percent, target_audience, clave_prod_serv, clave_unidad, objeto_imp,
    exists (select from taken) as is_taken
from found where exists (select from made)
order by line
"""
)

# A refused allocation took nothing. The refused request deletes it, or the next request that finds it;
# otherwise it is released when its lease ends.
DELETE_REFUSED = """
    delete from allocations
    where id = %(id)s and status = %(held)s
        and not exists (select from allocation_lines where allocation_id = %(id)s)
"""

# A repeat during the lease renews it: the caller counts the lease from its latest request.
UPDATE_LEASE = """
    update allocations set lease_until = %(lease_until)s where id = %(id)s returning status
"""

SELECT_LINES = """
    select product_id, product_name, quantity, line.price, line.tax_rate, discount_percent, target_audience,
        clave_prod_serv, clave_unidad, objeto_imp
    from allocation_lines line join products on products.id = product_id
    where allocation_id = %(id)s
    order by line
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocateStock:
    """The lines that an order takes, with the order's uuid and its user."""

    id: UUID
    user_id: int
    channel: Channel
    lines: Sequence[WantedLine]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line(AllocatedLine):
    """A wanted line as `INSERT_ALLOCATION` returns it. All lines of an order are taken, or none.

    If any line of an order `is_stale`, what the lines say is not the present state.
    """

    is_known: bool
    available: int
    is_stale: bool
    is_taken: bool


async def allocate_stock(
    command: AllocateStock, *, database: Database, lease: timedelta, now: Moment
) -> Sequence[AllocatedLine]:
    """Take all lines from stock, at the prices of the store's day; returns them in the given order.

    A repeat with the same uuid returns the same lines, takes nothing and renews the lease. Raises
    `UnknownProduct`, `InsufficientStock`, `AllocationReleased`, and `ProductTwice` if a product is in two
    lines.
    """
    refuse_twice(command.lines)
    params = {
        "id": command.id,
        "user_id": command.user_id,
        "channel": command.channel,
        "ids": [line.product_id for line in command.lines],
        "quantities": [line.quantity for line in command.lines],
        "lease_until": now.at + lease,
        "now": now.at,
        "today": now.day,
        "held": ALLOCATIONS.first,
        "is_locked": False,
    }
    reached(Boundary.BEFORE_ALLOCATED)
    return await _take(database, params)


@looks_again("catalog")
async def _take(database: Database, params: Mapping[str, object]) -> Sequence[AllocatedLine]:
    lines = await database.publish_all(_Line, INSERT_ALLOCATION, params)
    if any(line.is_stale for line in lines):
        lines = await _take_locked(database, params)
    if lines and lines[0].is_taken:
        reached(Boundary.AFTER_ALLOCATED)
        return lines
    if not lines and (earlier := await _taken_before(database, params)):
        return earlier
    await _refuse(lines, database, params)
    raise LookAgain


async def _take_locked(database: Database, params: Mapping[str, object]) -> list[_Line]:
    """Try again with the products locked beforehand, so that no hold changes meanwhile.

    The allocation that took nothing is deleted first: until the transaction ends, that bars others from the
    same uuid, as the allocation itself does otherwise. If it is gone, nothing is done: the products would be
    locked before an allocation.
    """
    async with database.transaction() as tx:
        if not await tx.execute(DELETE_REFUSED, params):
            return []
        await tx.execute(LOCK_PRODUCTS, params)  # from now on their holds do not change
        return await tx.publish_all(_Line, INSERT_ALLOCATION, {**params, "is_locked": True})


async def _taken_before(database: Database, params: Mapping[str, object]) -> list[AllocatedLine]:
    """The lines that the order already holds, under a renewed lease; none if it is just being refused."""
    if await database.fetch_value(UPDATE_LEASE, params) == AllocationStatus.RELEASED:
        raise AllocationReleased
    return await database.fetch_all(AllocatedLine, SELECT_LINES, params)


async def _refuse(lines: Sequence[_Line], database: Database, params: Mapping[str, object]) -> None:
    """Delete the allocation, which took nothing, and raise the refusal; with no lines only delete it."""
    await database.execute(DELETE_REFUSED, params)
    if unknown := [line.product_id for line in lines if not line.is_known]:
        raise UnknownProduct(unknown)
    if short := [_shortage(line) for line in lines if line.available < line.quantity]:
        raise InsufficientStock(short)


def _shortage(line: _Line) -> Shortage:
    return {
        "product_id": line.product_id,
        "product_name": line.product_name,
        "available": max(line.available, 0),
        "requested": line.quantity,
    }
