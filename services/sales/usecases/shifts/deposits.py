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

_PART: LiteralString = """part as (
    select payment_method, count(*) as number, sum(amount) as amount
    from json_to_recordset(%(parts)s) as part (payment_method text, amount numeric) group by 1
)"""

_TOOK: LiteralString = """
insert into shift_users (shift_id, user_id) values (%(shift_id)s, %(user_id)s) on conflict do nothing
"""

BOOK_RECEIVED: LiteralString = f"""
with {_PART}, booked as (
    update shifts set expected_cash = expected_cash + %(cash)s,
        layaway_received = layaway_received + %(amount)s, layaway_applied = layaway_applied + %(applied)s
    where id = %(shift_id)s
), tendered as (
    insert into shift_tenders as total (shift_id, payment_method, count, amount)
    select %(shift_id)s, payment_method, number, amount from part
    on conflict (shift_id, payment_method) do update
    set count = total.count + excluded.count, amount = total.amount + excluded.amount
)
{_TOOK}
"""

BOOK_RETURNED: LiteralString = f"""
with {_PART}, booked as (
    update shifts set expected_cash = expected_cash - %(cash)s,
        layaway_returned = layaway_returned + %(amount)s
    where id = %(shift_id)s
), tendered as (
    insert into shift_tenders as total (shift_id, payment_method, refunded)
    select %(shift_id)s, payment_method, amount from part
    on conflict (shift_id, payment_method) do update set refunded = total.refunded + excluded.refunded
)
{_TOOK}
"""


async def book_received(
    tx: Transaction, shift_id: int, tenders: Iterable[Tender], *, applied: Decimal, user_id: int
) -> None:
    """Book a payment for a layaway. `applied` is its total if the payment is the last, otherwise 0."""
    await _book(tx, BOOK_RECEIVED, shift_id, tuple(tenders), applied=applied, user_id=user_id)


async def book_returned(tx: Transaction, shift_id: int, refunds: Iterable[Refund], *, user_id: int) -> None:
    """Book what is given back of a cancelled layaway."""
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
