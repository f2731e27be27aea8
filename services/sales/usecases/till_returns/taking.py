"""Takes goods of an order back at the till, and gives back what they cost, once (contract §8.3).

The steps, each with its undo:

1. `begin_return`: under the order's lock it is decided what comes back. A return that gives back neither
   points nor credit is done with that. Any other is REFUNDING: its pieces and its money are taken. Undo:
   `undo_return`.
2. `_give_back`: customers gives back points and credit, under the return's uuid. A refusal is settled by a
   fence before step 1 is undone, because an earlier call may still be under way (ADR 0082).
3. `finish_return` (REFUNDING → DONE), with the event. It is the last step of the money and has no undo.
4. Catalog takes the goods back, in one short try; if it cannot be reached, the event does it.

When customers does not answer, the return stays REFUNDING. A repeat with the same `Idempotency-Key` resumes
it at step 2. Otherwise the worker's job `finish_open_returns` (`finishing.py`) ends it.
"""

from typing import LiteralString
from uuid import UUID

from libs.common.db.database import Database
from libs.common.faults import Boundary, reached
from services.sales.domain.refunds import BalanceRefund
from services.sales.domain.till_returns import CreditPaidOff
from services.sales.usecases.returns.goods import Goods, take_goods_back
from services.sales.usecases.till_returns.desk import ReturnDesk
from services.sales.usecases.till_returns.steps import (
    Stage,
    TakeBack,
    begin_return,
    finish_return,
    undo_return,
)
from services.sales.usecases.till_returns.views import TillReturn, TillReturnView

SELECT_CHARGE: LiteralString = """
select charge_id from payment_attempts where order_id = %(order_id)s and outcome = 'charged'
"""


async def take_back(command: TakeBack, *, desk: ReturnDesk) -> TillReturn:
    """Take the goods back and give their money back; a repeat returns the same return.

    When this returns, the goods are in stock, or follow if catalog cannot be reached. Raises `OrderNotFound`,
    `ApprovalRequired`, `CreditPaidOff`, what `open_drawer` and `decide_now` refuse, and nothing has changed;
    or `Unavailable`, and then points or credit may be given back for a while.
    """
    stage = await begin_return(command, desk=desk)
    if not stage.is_done:
        stage = await _refunded(stage, desk)
    reached(Boundary.AFTER_RETURNED)
    view = stage.returned.view
    goods = Goods(view.uuid, stage.order.uuid, view.user_id, stage.returned.lines)
    await take_goods_back(goods, desk.stock)
    return stage.returned


async def refund_of(view: TillReturnView, *, database: Database) -> BalanceRefund:
    """The part of the order's charge that the return gives back."""
    charge_id = await charge_of(view.order_id, database=database)
    return BalanceRefund(view.uuid, charge_id, view.points_returned, view.credit, view.user_id)


async def charge_of(order_id: int, *, database: Database) -> UUID:
    """The id of the charge that paid the order, of which points or credit were a part."""
    charge_id: UUID | None = await database.fetch_value(SELECT_CHARGE, {"order_id": order_id})
    assert charge_id, "points and credit pay by a charge"
    return charge_id


async def _refunded(stage: Stage, desk: ReturnDesk) -> Stage:
    view = stage.returned.view
    reached(Boundary.AFTER_RETURN_BEGUN)
    if refusal := await _give_back(await refund_of(view, database=desk.database), desk):
        reached(Boundary.BEFORE_RETURN_UNDONE)
        await undo_return(view.id, database=desk.database)
        raise refusal
    reached(Boundary.AFTER_BALANCES_GIVEN_BACK)
    return await finish_return(view.id, view.order_id, database=desk.database, now=desk.clock())


async def _give_back(refund: BalanceRefund, desk: ReturnDesk) -> CreditPaidOff | None:
    """Give the balances back; the refusal if they were not, and never will be under this return's uuid.

    Raises `Unavailable` while neither is certain.
    """
    try:
        await desk.balances.give_back(refund)
    except CreditPaidOff as refusal:
        return None if await desk.balances.was_given_back(refund) else refusal
    return None
