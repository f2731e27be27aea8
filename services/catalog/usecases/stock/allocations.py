"""How does an order take its stock? All lines or none, once per order (architecture.md, "Placing an order").

Locks are taken in one order everywhere: the allocation, then its products by id. Whoever settles an
allocation that is just being taken waits on its primary key, and sees the outcome.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Literal, LiteralString
from uuid import UUID

from libs.common.contracts.catalog import StockChanged, StockLevel
from libs.common.contracts.internal.catalog import Shortage
from libs.common.db.database import Database
from libs.common.errors import Unavailable
from libs.common.messaging.telling import payload, told
from libs.common.prices import TaxRate
from libs.common.store_calendar import Moment
from services.catalog.domain.promotions import Audience
from services.catalog.domain.stock import (
    AllocatedLine,
    AllocationReleased,
    AllocationStatus,
    InsufficientStock,
    UnknownProduct,
    WantedLine,
    refuse_twice,
)

_LEVEL: LiteralString = payload(StockLevel, current_stock="balance", ledger_id="entered.id")

_TOLD: LiteralString = told(
    StockChanged,
    of="moved",
    subject="'stock/' || %(id)s::uuid",
    reason="'SALE'",
    reference="%(id)s::uuid",
    user_id="%(user_id)s::int",
    products="levels",
    changed_at="%(now)s::timestamptz",
)

TRIES_MAX = 5

# One statement: make the allocation; if it is new, lock its products; if all lines can be had, take them.
# No row comes back when the allocation was there already. A line that was not taken has no ledger_id.
# The new stock is counted from the row as it was locked: PostgreSQL looks at check constraints before it sees
# that the row it found first is outdated.
TAKE: LiteralString = f"""
with wanted as materialized (
    select * from unnest(%(product_ids)s::bigint[], %(quantities)s::bigint[])
        with ordinality as line(product_id, quantity, line)
), made as (
    insert into allocations (id, status, user_id, channel, lease_until, created_at)
    values (%(id)s, 'HELD', %(user_id)s, %(channel)s, %(lease_until)s, %(now)s)
    on conflict (id) do nothing
    returning id
), locked as materialized (
    select id, case %(channel)s::text when 'POS' then name else description end as product_name,
        price, tax_rate, current_stock, reserved_quantity
    from products
    where exists (select from made) and id = any(%(product_ids)s::bigint[]) and deleted_at is null
        and (%(channel)s::text = 'POS' or is_active)
    order by id
    for no key update
), snapshot as materialized (
    select wanted.line, wanted.product_id, wanted.quantity, locked.id is not null as is_known,
        coalesce(locked.current_stock - locked.reserved_quantity, 0) as available,
        locked.current_stock, locked.reserved_quantity, locked.product_name, locked.price, locked.tax_rate,
        promotion.discount_percent, promotion.target_audience
    from wanted
    left join locked on locked.id = wanted.product_id
    left join promotions promotion on promotion.product_id = locked.id
        and daterange(promotion.start_date, promotion.end_date, '[]') @> %(today)s::date
), taken as (
    update products
    set current_stock = snapshot.current_stock - snapshot.quantity,
        reserved_quantity = snapshot.reserved_quantity
    from snapshot
    where products.id = snapshot.product_id and products.id = any(%(product_ids)s::bigint[])
        and not exists (select from snapshot where available < quantity)
    returning products.id as product_id, products.current_stock as balance, snapshot.quantity as taken
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
    from snapshot join taken using (product_id)
), moved as (
    select json_agg({_LEVEL} order by line) as levels
    from entered join snapshot using (product_id)
    having count(*) > 0
), {_TOLD}
select snapshot.product_id, quantity, is_known, available, product_name, price, tax_rate, discount_percent,
    target_audience, entered.id as ledger_id
from made, snapshot left join entered on entered.product_id = snapshot.product_id
order by snapshot.line
"""

# What was refused took nothing and is forgotten: by who was refused, by who asks again, or with its lease.
TAKE_BACK = """
    delete from allocations
    where id = %(id)s and status = 'HELD'
        and not exists (select from allocation_lines where allocation_id = %(id)s)
"""

# A repeat while the lease runs starts it anew: the caller counts it from its own last question.
RENEW = """
    update allocations
    set lease_until = case status when 'HELD' then %(lease_until)s else lease_until end
    where id = %(id)s
    returning status
"""

LINES = """
    select product_id, product_name, quantity, price, tax_rate, discount_percent, target_audience
    from allocation_lines
    where allocation_id = %(id)s
    order by line
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocate:
    """An order's wish: these lines, for this order's uuid, on behalf of that user."""

    id: UUID
    user_id: int
    channel: Literal["POS", "WEB"]
    lines: Sequence[WantedLine]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A wanted line as `TAKE` found it; `ledger_id` only when it was taken."""

    product_id: int
    quantity: int
    is_known: bool
    available: int
    product_name: str
    price: Decimal
    tax_rate: TaxRate
    discount_percent: Decimal | None
    target_audience: Audience | None
    ledger_id: int | None


async def allocate(
    order: Allocate, *, database: Database, lease: timedelta, now: Moment
) -> list[AllocatedLine]:
    """Take all lines from stock, at today's prices (the store's day), in the order they were asked for.

    The same uuid again gives the same answer, takes nothing and renews the lease. Raises `UnknownProduct`,
    `InsufficientStock`, `AllocationReleased`, and `ProductTwice` if the caller did not add up.
    """
    refuse_twice(order.lines)
    params = {
        "id": order.id,
        "user_id": order.user_id,
        "channel": order.channel,
        "product_ids": [line.product_id for line in order.lines],
        "quantities": [line.quantity for line in order.lines],
        "lease_until": now.at + lease,
        "now": now.at,
        "today": now.day,
    }
    for _ in range(TRIES_MAX):
        lines = await database.tell_all(_Line, TAKE, params)
        if lines and lines[0].ledger_id is not None:
            return [_answer(line) for line in lines]
        if not lines and (earlier := await _taken_before(database, params)):
            return earlier
        await database.execute(TAKE_BACK, params)
        _refuse_unknown(lines)
        _refuse_short(lines)
    raise Unavailable("catalog")


async def _taken_before(database: Database, params: Mapping[str, object]) -> list[AllocatedLine]:
    """What the order holds already, under a new lease; nothing if it is being refused at this moment."""
    if await database.fetch_value(RENEW, params) == AllocationStatus.RELEASED:
        raise AllocationReleased
    return await database.fetch_all(AllocatedLine, LINES, params)


def _answer(line: _Line) -> AllocatedLine:
    return AllocatedLine(
        line.product_id,
        line.product_name,
        line.quantity,
        line.price,
        line.tax_rate,
        line.discount_percent,
        line.target_audience,
    )


def _refuse_unknown(lines: Sequence[_Line]) -> None:
    unknown = [line.product_id for line in lines if not line.is_known]
    if unknown:
        raise UnknownProduct(unknown)


def _refuse_short(lines: Sequence[_Line]) -> None:
    short: list[Shortage] = [
        {
            "product_id": line.product_id,
            "product_name": line.product_name,
            "available": max(line.available, 0),
            "requested": line.quantity,
        }
        for line in lines
        if line.available < line.quantity
    ]
    if short:
        raise InsufficientStock(short)
