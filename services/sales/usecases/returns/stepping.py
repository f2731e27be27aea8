"""Takes a step of a return's lifecycle. With the last one its goods come back.

Processing is committed with its event, upon which catalog takes the goods back. As somebody waits, catalog is
asked to do so before they are answered; if it cannot be reached, the event does it.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import LiteralString

from libs.common.db.database import Transaction
from libs.common.faults import Boundary, reached
from libs.common.lifecycle import Step
from services.sales.domain.lifecycles import PROCESS_RETURN
from services.sales.usecases.counting import count_refund
from services.sales.usecases.invoices.closing import refund_returned
from services.sales.usecases.ports import Stock
from services.sales.usecases.returns.counting import count_pieces
from services.sales.usecases.returns.goods import Goods, take_goods_back
from services.sales.usecases.returns.locking import lock_return
from services.sales.usecases.returns.reading import with_lines
from services.sales.usecases.returns.telling import CHANGED_COLUMNS, tell_change, tell_processed
from services.sales.usecases.returns.views import ReturnOfOrder

UPDATE_STATUS: LiteralString = f"""
update returns set status = %(to)s, updated_at = %(now)s,
    processed_at = case when %(to)s = '{PROCESS_RETURN.target}' then %(now)s else processed_at end
from orders
where returns.id = %(id)s and orders.id = order_id and returns.status = any(%(from)s)
returning {CHANGED_COLUMNS}
"""


@dataclass(frozen=True, slots=True)
class Stepped:
    """A return after a step, and what `take_back_goods_of` takes back when the step is committed."""

    view: ReturnOfOrder
    goods: Goods | None = None


async def take_step(tx: Transaction, found: ReturnOfOrder, step: Step, *, now: datetime) -> Stepped:
    """Take a step of the locked return, and publish it.

    When everything bought has come back, the invoice is refunded.
    """
    params = {**step.sql, "id": found.id, "now": now}
    changed = await tx.fetch_one(ReturnOfOrder, UPDATE_STATUS, params)
    assert changed, f"return {found.id} is {found.status} and takes no step to {step.target}"
    if step is not PROCESS_RETURN:
        tell_change(tx, changed, now=now)
        return Stepped(changed)
    goods = await _goods_of(tx, changed)
    is_everything_back = await _is_everything_back(tx, changed.order_id)
    tell_processed(tx, changed, goods.lines, is_everything_back=is_everything_back, now=now)
    tx.after_commit(partial(count_refund, changed.channel, changed.total_refund))
    if is_everything_back:
        await refund_returned(tx, changed.order_id, now=now)
    return Stepped(changed, goods)


async def stepped_before(tx: Transaction, return_id: int) -> Stepped:
    """The return that a repeat finds, as it is now; the goods of a processed one may not be back yet.

    Raises `ReturnNotFound` if it was deleted meanwhile.
    """
    found = await lock_return(tx, return_id)
    is_processed = found.status == PROCESS_RETURN.target
    return Stepped(found, await _goods_of(tx, found) if is_processed else None)


async def take_back_goods_of(stepped: Stepped, stock: Stock) -> None:
    """Have catalog take back what the step, which is committed, has brought back."""
    if stepped.goods:
        reached(Boundary.AFTER_PROCESSED)
        await take_goods_back(stepped.goods, stock)


async def _goods_of(tx: Transaction, processed: ReturnOfOrder) -> Goods:
    (whole,) = await with_lines([processed], tx)
    return Goods(processed.uuid, processed.order_uuid, processed.user_id, whole.lines)


async def _is_everything_back(tx: Transaction, order_id: int) -> bool:
    return not any(pieces.not_returned for pieces in await count_pieces(tx, order_id))
