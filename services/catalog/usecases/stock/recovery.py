"""Takes the stock again of an order that stands although its allocation was released.

Sales fences an order before its stock is returned (ADR 0034), so this happens only after a fault. It raises
an alarm and makes the ledger agree with the sales.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString
from uuid import UUID

import structlog
from prometheus_client import Counter

from libs.common.db.database import Transaction
from services.catalog.domain.lifecycles import RECOVER
from services.catalog.domain.products import Level
from services.catalog.domain.stock import Reason
from services.catalog.usecases.stock.hold_marks import THIS_TRANSACTION
from services.catalog.usecases.stock.holds import own_holds_used
from services.catalog.usecases.stock.ledger import MOVEMENT, Movement, publish_if_low, publish_movements

recoveries_total = Counter(
    "catalog_recovered_allocations_total",
    "Orders that stood although their stock had been released, by whether it could be taken again.",
    ["outcome"],
)
TAKEN, SHORT = "taken", "short"
for _outcome in (TAKEN, SHORT):  # from 0 on: the rise to the first is seen only against a value before
    recoveries_total.labels(_outcome)

UPDATE_STOCK: LiteralString = f"""
-- The order's lines with what nobody else holds of their products.
with lines as materialized (
    select product_id, line.quantity as wanted, current_stock - coalesce((
        select sum(holds.quantity) from holds
        where holds.product_id = products.id and expires_at > %(now)s and user_id is distinct from %(user_id)s
    ), 0) as free
    from products join allocation_lines line on product_id = products.id
    where allocation_id = %(id)s

-- They are sold again if none is short: the user's own holds are used up first, and the stock is taken.
), sold as (
    select * from lines where not exists (select from lines where free < wanted)
), {own_holds_used(of="sold", where="true", pieces="wanted")}, taken as (
    update products set current_stock = current_stock - wanted,
        holds_changed_in = case when products.id in (select product_id from used)
            then {THIS_TRANSACTION} else holds_changed_in end
    from sold
    where products.id = sold.product_id
    returning product_id, -wanted as change, current_stock as balance, low_stock_threshold

-- The ledger's lines.
), entered as (
    insert into stock_ledger (product_id, change, balance, reason, reference, user_id, created_at)
    select product_id, change, balance, %(reason)s, %(id)s::uuid::text, %(user_id)s, %(now)s
    from taken order by product_id
    returning {MOVEMENT}
)
select entered.*, low_stock_threshold from entered join taken using (product_id) order by product_id
"""

UPDATE_TO_RECOVERED = "update allocations set status = %(to)s where id = %(id)s"
UPDATE_SHORT = "update allocations set short_since = coalesce(short_since, %(now)s) where id = %(id)s"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Unheld:
    """The allocation of an order that stands, if it was not held any more: sold already, or released.

    `is_released`: but not by cancelling the order, as `order_created` may arrive after `order_cancelled`.
    """

    id: UUID
    user_id: int | None
    is_released: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken(Movement):
    low_stock_threshold: int


async def recover_allocations(tx: Transaction, released: Sequence[Unheld], *, now: datetime) -> None:
    """Take the stock of these orders again; `tx` has locked them, then their products by id.

    All lines of an order or none: if the stock no longer suffices, the allocation stays released and its
    `short_since` is set. Both cases are logged as errors and counted.
    """
    for allocation in released:
        movements = await _take_again(tx, allocation, now)
        outcome = TAKEN if movements else SHORT
        recoveries_total.labels(outcome).inc()
        log.error("released_order_stands", order_uuid=str(allocation.id), stock=outcome)


async def _take_again(tx: Transaction, allocation: Unheld, now: datetime) -> list[_Taken]:
    params = {"id": allocation.id, "user_id": allocation.user_id, "reason": Reason.SALE, "now": now}
    movements = await tx.fetch_all(_Taken, UPDATE_STOCK, params)
    if movements:
        await tx.execute(UPDATE_TO_RECOVERED, {**RECOVER.sql, **params})
        publish_movements(tx, movements, at=now)
        for line in movements:
            after = Level(line.balance, line.low_stock_threshold)
            before = Level(line.balance - line.change, line.low_stock_threshold)
            publish_if_low(tx, line.product_id, before, after)
    else:
        await tx.execute(UPDATE_SHORT, params)
    return movements
