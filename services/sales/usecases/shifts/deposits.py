"""Books the money of layaways into the shift whose drawer took or gave it: cash and tenders, no sales.

The shift's row is locked and open: see `open_drawer`.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import LiteralString

from libs.common.db.database import Transaction
from libs.common.db.json_rows import json_rows
from libs.common.money import ZERO
from services.sales.domain.refunds import Refund
from services.sales.domain.tenders import Tender, cash_part, paid_in_all
from services.sales.usecases.shifts.figures import STAFF_ENTERED, added_to_tenders

_PART: LiteralString = """part as (
    select payment_method, count(*) as number, sum(amount) as amount
    from json_to_recordset(%(parts)s) as part (payment_method text, amount numeric) group by 1
)"""

BOOK_RECEIVED: LiteralString = f"""
with {_PART}, booked as (
    update shifts set expected_cash = expected_cash + %(cash)s,
        layaway_received = layaway_received + %(amount)s, layaway_applied = layaway_applied + %(applied)s
    where id = %(shift_id)s
), {added_to_tenders("select %(shift_id)s, payment_method, number, amount from part", "count", "amount")}
{STAFF_ENTERED}
"""

BOOK_RETURNED: LiteralString = f"""
with {_PART}, booked as (
    update shifts set expected_cash = expected_cash - %(cash)s,
        layaway_returned = layaway_returned + %(amount)s, cancelled = cancelled + 1
    where id = %(shift_id)s
), {added_to_tenders("select %(shift_id)s, payment_method, amount from part", "refunded")}
{STAFF_ENTERED}
"""


async def book_received(
    tx: Transaction, shift_id: int, tenders: Iterable[Tender], *, applied: Decimal, user_id: int
) -> None:
    """Book a payment for a layaway. `applied` is its total if the payment is the last, otherwise 0."""
    await _book(tx, BOOK_RECEIVED, shift_id, tuple(tenders), applied=applied, user_id=user_id)


async def book_returned(tx: Transaction, shift_id: int, refunds: Iterable[Refund], *, user_id: int) -> None:
    """Book a cancelled layaway: its order, and what is given back."""
    tenders = tuple(Tender(refund.payment_method, refund.amount) for refund in refunds)
    await _book(tx, BOOK_RETURNED, shift_id, tenders, applied=ZERO, user_id=user_id)


async def _book(
    tx: Transaction,
    statement: LiteralString,
    shift_id: int,
    tenders: tuple[Tender, ...],
    *,
    applied: Decimal,
    user_id: int,
) -> None:
    await tx.execute(
        statement,
        {
            "parts": json_rows(tenders),
            "cash": cash_part(tenders),
            "amount": paid_in_all(tenders),
            "applied": applied,
            "shift_id": shift_id,
            "user_id": user_id,
        },
    )
