"""Books payments of customers' credit into the shift whose drawer took them (contract §8.1)."""

from collections.abc import Sequence
from typing import LiteralString

from libs.common.contracts.customers import CreditPaymentReceived
from libs.common.db.database import Transaction
from services.sales.domain.shifts import ShiftNotFound
from services.sales.usecases.shifts.figures import added_to_tenders

# A shift is either open, and then its figures change, or closed, and then the money is late.
BOOK_PAYMENTS: LiteralString = f"""
with payment as (
    select * from unnest(
        %(shift_ids)s::bigint[], %(amounts)s::numeric[], %(methods)s::text[], %(user_ids)s::bigint[],
        %(paid_at)s::timestamptz[]
    ) as p(shift_id, amount, payment_method, user_id, paid_at)
), locked as materialized (
    select id as shift_id, status = 'OPEN' as is_open from shifts where id = any(%(shift_ids)s::bigint[])
    order by id for no key update
), cash as (
    select shift_id, is_open, sum(amount) as cash from payment join locked using (shift_id)
    where payment_method = 'CASH' group by 1, 2
), booked as (
    update shifts set expected_cash = expected_cash + case when is_open then cash else 0 end,
        late_cash = late_cash + case when is_open then 0 else cash end
    from cash where shifts.id = shift_id
), {
    added_to_tenders(
        "select shift_id, payment_method, sum(amount) from payment join locked using (shift_id) "
        "where is_open group by 1, 2",
        "credit_payments",
    )
}, took as (
    insert into shift_users (shift_id, user_id)
    select shift_id, user_id from payment join locked using (shift_id) where is_open
    on conflict do nothing
), late as (
    insert into shift_late (shift_id, kind, amount, payment_method, user_id, at)
    select shift_id, 'CREDIT_PAYMENT', amount, payment_method, user_id, paid_at
    from payment join locked using (shift_id) where not is_open order by paid_at
)
select shift_id from locked
"""


async def book_credit_payments(tx: Transaction, payments: Sequence[CreditPaymentReceived]) -> None:
    """Book each payment that belongs to a shift there, or under `late` if the shift has closed meanwhile.

    Its caller sees to it that each comes once. Raises `ShiftNotFound`, with nothing booked, if a payment
    names a shift that never was, so that its money is not lost.
    """
    of_shifts = [payment for payment in payments if payment.shift_id is not None]
    if not of_shifts:
        return
    known = await tx.fetch_values(
        BOOK_PAYMENTS,
        {
            "shift_ids": [payment.shift_id for payment in of_shifts],
            "amounts": [payment.amount for payment in of_shifts],
            "methods": [payment.payment_method for payment in of_shifts],
            "user_ids": [payment.user_id for payment in of_shifts],
            "paid_at": [payment.paid_at for payment in of_shifts],
        },
    )
    if not {payment.shift_id for payment in of_shifts} <= set(known):
        raise ShiftNotFound
