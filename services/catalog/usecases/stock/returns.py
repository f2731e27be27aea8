"""Takes returned goods back, once per return: onto the shelf, or only into the ledger if discarded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import LiteralString
from uuid import UUID

from libs.common.db.database import Database, Transaction
from libs.common.db.json_rows import json_rows
from services.catalog.domain.stock import ReturnedLine, UnknownProduct
from services.catalog.usecases.stock.ledger import MOVEMENT, Movement, publish_movements

# Sorted, so that two batches with the same returns wait for one another instead of deadlocking. The statement
# waits for a return that is being inserted.
INSERT_RETURNS = """
    insert into returns (id, order_uuid, user_id, created_at)
    select id, order_uuid, user_id, %(now)s
    from json_to_recordset(%(rows)s) as row (id uuid, order_uuid uuid, user_id int)
    order by id
    on conflict (id) do nothing
    returning id
"""

INSERT_MOVEMENTS: LiteralString = f"""
-- The movements in the order in which they are entered.
with wanted as (
    select * from json_to_recordset(%(rows)s) as row
        (place int, reference uuid, user_id int, product_id bigint, change bigint, reason text)

-- Their products, locked in id order, and the stock of those that come to the shelf.
), locked as materialized (
    select id, current_stock from products where id in (select product_id from wanted)
    order by id
    for no key update
), restocked as (
    update products set current_stock = locked.current_stock + total.change
    from locked
    join (select product_id, sum(change) as change from wanted group by product_id) total
        on total.product_id = locked.id
    where products.id = locked.id and total.change <> 0
), entered as (
    insert into stock_ledger (product_id, change, balance, reason, reference, user_id, created_at)
    select product_id, change, current_stock + sum(change) over (partition by product_id order by place),
        reason, reference::text, user_id, %(now)s
    from wanted join locked on locked.id = product_id
    order by place
    returning {MOVEMENT}
)
select * from entered order by ledger_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBack:
    """The goods of a return, by the user whose order it was; `id` is the return's uuid."""

    id: UUID
    order_uuid: UUID
    user_id: int
    lines: Sequence[ReturnedLine]


async def take_back(command: TakeBack, *, database: Database, now: datetime) -> None:
    """Take the goods of a return back; its event finds nothing left to do. Raises `UnknownProduct`."""
    async with database.transaction() as tx:
        await take_all_back(tx, [command], now=now)


async def take_all_back(tx: Transaction, commands: Sequence[TakeBack], *, now: datetime) -> None:
    """Take the goods of returns back, each return once, also of deleted products.

    Raises `UnknownProduct` for products that never existed; then nothing is taken back.
    """
    rows = [
        {"id": command.id, "order_uuid": command.order_uuid, "user_id": command.user_id}
        for command in commands
    ]
    fresh = set(await tx.fetch_values(INSERT_RETURNS, {"rows": json_rows(rows), "now": now}))
    returns = {command.id: command for command in reversed(commands) if command.id in fresh}
    if not returns:
        return
    wanted = _movements(returns.values())
    entered = await tx.fetch_all(Movement, INSERT_MOVEMENTS, {"rows": json_rows(wanted), "now": now})
    if len(entered) < len(wanted):
        known = {movement.product_id for movement in entered}
        lines = [line for command in returns.values() for line in command.lines]
        raise UnknownProduct([line.product_id for line in lines if line.product_id not in known])
    # No stock turns low: it rises, or what was written off had never come to the shelf.
    publish_movements(tx, entered, at=now)


def _movements(returns: Iterable[TakeBack]) -> list[dict[str, object]]:
    """The movements of returns as they are entered: by product, as everywhere."""
    movements = [
        (line.product_id, change, reason, command)
        for command in returns
        for line in command.lines
        for reason, change in line.movements
    ]
    movements.sort(key=itemgetter(0))
    return [
        {
            "place": place,
            "reference": command.id,
            "user_id": command.user_id,
            "product_id": product_id,
            "change": change,
            "reason": reason,
        }
        for place, (product_id, change, reason, command) in enumerate(movements)
    ]
