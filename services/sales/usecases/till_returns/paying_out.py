"""Pays out in cash what is left of a return that was exchanged, once (contract §8.3)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import LiteralString
from uuid import UUID

from libs.common.db.database import Transaction
from libs.common.db.operations import remember_once
from libs.common.errors import DomainError
from services.sales.domain.lifecycles import TillReturnStatus
from services.sales.domain.till_returns import NothingToPayOut, TillReturnNotFound
from services.sales.usecases.shifts.booking import book_payout
from services.sales.usecases.shifts.choosing import Till, open_drawer
from services.sales.usecases.till_returns.desk import ReturnDesk
from services.sales.usecases.till_returns.reading import find_till_return
from services.sales.usecases.till_returns.views import TillReturn

PAID_OUT: LiteralString = "return.paid_out"

LOCK_LEFT: LiteralString = f"""
select coalesce(exchange_left, 0) from till_returns
where id = %(id)s and status = '{TillReturnStatus.DONE}' for update
"""

# Something may be left again: a payment that had taken it was undone.
UPDATE_TO_PAID_OUT = """
update till_returns set paid_out = coalesce(paid_out, 0) + exchange_left, exchange_left = 0,
    paid_out_by = %(user_id)s, paid_out_at = %(now)s
where id = %(id)s
"""


@dataclass(frozen=True, slots=True)
class PayOut:
    """A return of which the rest is paid out. `operation` is the same in every repeat of one request."""

    operation: UUID
    return_id: int
    till: Till


async def pay_out(command: PayOut, *, desk: ReturnDesk) -> TillReturn:
    """Pay what is left out of the drawer; a repeat returns the return.

    Raises `TillReturnNotFound`, `NothingToPayOut`, or what `open_drawer` raises; then nothing has changed.
    """
    try:
        async with desk.database.transaction() as tx:
            if await remember_once(tx, command.operation, did=PAID_OUT, thing_id=command.return_id):
                await _pay_out(command, tx, desk)
    except DomainError:
        await find_till_return(command.return_id, database=desk.database)
        raise
    return await find_till_return(command.return_id, database=desk.database)


async def _pay_out(command: PayOut, tx: Transaction, desk: ReturnDesk) -> None:
    shift_id = await open_drawer(command.till, tx=tx)
    left: Decimal | None = await tx.fetch_value(LOCK_LEFT, {"id": command.return_id})
    if left is None:
        raise TillReturnNotFound
    if not left:
        raise NothingToPayOut
    user_id = command.till.user_id
    await tx.execute(UPDATE_TO_PAID_OUT, {"id": command.return_id, "user_id": user_id, "now": desk.clock()})
    if shift_id is not None:
        await book_payout(shift_id, left, user_id=user_id, tx=tx)
