"""Cancels layaways: the goods go back into stock, and the deposits to the customer, less the shop's fee.

One transaction cancels layaway and order, publishes that, and books the refunds into the shift whose drawer
gives them. Then catalog is asked to take the goods back; if it cannot be reached, the event does it.
"""

from dataclasses import dataclass
from typing import LiteralString
from uuid import UUID

from libs.common.clock import Clock
from libs.common.db.database import Database, Transaction
from libs.common.db.json_rows import json_rows
from libs.common.db.operations import remember_once
from libs.common.faults import Boundary, reached
from services.sales.domain.layaways import LayawayRules, refunds_of_cancelled
from services.sales.domain.lifecycles import CANCEL_LAYAWAY
from services.sales.usecases.layaways.reading import find_layaway, find_open, lock_open, payments_of
from services.sales.usecases.layaways.views import WholeLayaway
from services.sales.usecases.orders.cancelling import cancel_pending, return_stock
from services.sales.usecases.ports import Stock
from services.sales.usecases.shifts.choosing import Till, open_drawer
from services.sales.usecases.shifts.deposits import book_returned

LAYAWAY_CANCELLED: LiteralString = "layaway.cancelled"
"""What the operation of a cancellation did."""

UPDATE_LAYAWAY_TO_CANCELLED = """
update layaways set status = %(to)s, cancelled_at = %(now)s, cancelled_by = %(user_id)s,
    cancel_reason = %(cancel_reason)s, refunds = %(refunds)s::jsonb, refund_shift_id = %(shift_id)s
where id = %(id)s and status = any(%(from)s)
"""


@dataclass(frozen=True, slots=True)
class CancelLayaway:
    """A layaway to cancel. `operation` is the same in every repeat of one request."""

    operation: UUID
    layaway_id: int
    reason: str
    till: Till


async def cancel_layaway(
    command: CancelLayaway, *, rules: LayawayRules, database: Database, stock: Stock, clock: Clock
) -> WholeLayaway:
    """Cancel an open layaway; its stock is back, or follows if catalog cannot be reached.

    A repeat returns the layaway. Raises `LayawayNotFound`, `OnlyOpenLayawaysChange`, or what `open_drawer`
    raises; then nothing has changed.
    """
    async with database.transaction() as tx:
        if await remember_once(tx, command.operation, did=LAYAWAY_CANCELLED, thing_id=command.layaway_id):
            await _cancel(tx, command, rules, clock)
    reached(Boundary.AFTER_LAYAWAY_CANCELLED)
    cancelled = await find_layaway(command.layaway_id, database=database)
    await return_stock(cancelled.layaway.order_uuid, stock)
    return cancelled


async def _cancel(tx: Transaction, command: CancelLayaway, rules: LayawayRules, clock: Clock) -> None:
    await find_open(tx, command.layaway_id)
    shift_id = await open_drawer(command.till, tx=tx)
    layaway = await lock_open(tx, command.layaway_id)
    payments = await payments_of([layaway.id], tx)
    refunds = refunds_of_cancelled((tender for payment in payments for tender in payment.tenders), rules)
    now = clock()
    await tx.execute(
        UPDATE_LAYAWAY_TO_CANCELLED,
        {
            **CANCEL_LAYAWAY.sql,
            "now": now,
            "id": layaway.id,
            "user_id": command.till.user_id,
            "cancel_reason": command.reason,
            "refunds": json_rows(refunds),
            "shift_id": shift_id,
        },
    )
    order = await cancel_pending(tx, layaway.order_id, cancelled_at=now)
    assert order, "the order of an open layaway is PENDING"
    if shift_id is not None:
        await book_returned(tx, shift_id, refunds, user_id=command.till.user_id)
