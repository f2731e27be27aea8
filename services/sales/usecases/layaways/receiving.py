"""Takes payments for layaways. The one after which nothing is left to pay makes the order PAID, now.

All of it is one transaction: the shift's row is locked first, then the layaway's, then the order's.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import LiteralString
from uuid import UUID

from libs.common.clock import Clock
from libs.common.db.database import Database, Transaction
from libs.common.db.json_rows import json_rows
from libs.common.db.operations import remember_once
from libs.common.faults import Boundary, reached
from libs.common.money import ZERO
from services.sales.domain.layaways import check_part
from services.sales.domain.lifecycles import PAY, PAY_LAYAWAY, LayawayStatus
from services.sales.domain.tenders import Payment, merged, paid_in_all, rows_of
from services.sales.usecases.counting import count_paid
from services.sales.usecases.layaways.reading import find_layaway, find_open, lock_open, payments_of
from services.sales.usecases.layaways.views import LayawayView, WholeLayaway
from services.sales.usecases.orders.reading import ORDER_COLUMNS
from services.sales.usecases.orders.views import OrderView
from services.sales.usecases.payments.at_once import ORDER_PAID, tender_params
from services.sales.usecases.shifts.booking import LAYAWAY_SOLD
from services.sales.usecases.shifts.choosing import Till, open_drawer
from services.sales.usecases.shifts.deposits import book_received

PAID_FOR: LiteralString = "layaway.paid_for"
"""What the operation of a payment did."""

# Nobody pays more than the balance: the row is locked, and a constraint of the table forbids it.
INSERT_PAYMENT: LiteralString = f"""
with entered as (
    insert into layaway_payments (layaway_id, payments, amount, cash_received, shift_id, user_id, created_at)
    values (%(layaway_id)s, %(payments)s, %(amount)s, %(cash_received)s, %(shift_id)s, %(user_id)s, %(now)s)
    returning layaway_id, amount
)
update layaways set paid = paid + amount, status = %(status)s,
    paid_at = case %(status)s::text when '{LayawayStatus.PAID}' then %(now)s end
from entered where id = layaway_id
"""

UPDATE_ORDER_TO_PAID: LiteralString = f"""
with paid as (
    update orders set status = %(to)s, payment_method = %(payment_method)s, payments = %(payments)s::jsonb,
        paid_at = %(paid_at)s, shift_id = %(shift_id)s
    where id = %(order_id)s and status = any(%(from)s)
    returning {ORDER_COLUMNS}
), {ORDER_PAID}, {LAYAWAY_SOLD}
select * from paid
"""


@dataclass(frozen=True, slots=True)
class PayLayaway:
    """A payment for a layaway. `operation` is the same in every repeat of one request."""

    operation: UUID
    layaway_id: int
    payment: Payment
    till: Till


@dataclass(frozen=True, slots=True)
class Received:
    """A payment that is as it should be, the shift whose drawer took it, and when it came."""

    payment: Payment
    shift_id: int | None
    user_id: int
    at: datetime


async def pay_layaway(command: PayLayaway, *, database: Database, clock: Clock) -> WholeLayaway:
    """Take the payment; when nothing is left to pay, the order is PAID. A repeat returns the layaway.

    Raises `LayawayNotFound`, `OnlyOpenLayawaysChange`, or what `check_part` or `open_drawer` raises; then
    nothing has changed.
    """
    async with database.transaction() as tx:
        if await remember_once(tx, command.operation, did=PAID_FOR, thing_id=command.layaway_id):
            await find_open(tx, command.layaway_id)
            shift_id = await open_drawer(command.till, tx=tx)
            layaway = await lock_open(tx, command.layaway_id)
            check_part(command.payment, layaway.balance)
            received = Received(command.payment, shift_id, command.till.user_id, clock())
            await receive(tx, received, layaway)
    reached(Boundary.AFTER_PART_PAID)
    return await find_layaway(command.layaway_id, database=database)


async def receive(tx: Transaction, received: Received, layaway: LayawayView) -> None:
    """Take a payment of at most the balance for an open layaway; it and the shift are locked."""
    tenders = received.payment.tenders
    is_last = layaway.balance == paid_in_all(tenders)
    await tx.execute(
        INSERT_PAYMENT,
        {
            "layaway_id": layaway.id,
            "payments": json_rows(rows_of(tenders)),
            "amount": paid_in_all(tenders),
            "cash_received": received.payment.cash_received,
            "shift_id": received.shift_id,
            "user_id": received.user_id,
            "now": received.at,
            "status": PAY_LAYAWAY.target if is_last else layaway.status,
        },
    )
    if received.shift_id is not None:
        applied = layaway.total if is_last else ZERO
        await book_received(tx, received.shift_id, tenders, applied=applied, user_id=received.user_id)
    if is_last:
        await _pay_order(tx, layaway.id, layaway.order_id, received)


async def _pay_order(tx: Transaction, layaway_id: int, order_id: int, received: Received) -> None:
    """Mark the order paid by all tenders of all payments, publish it, and book the sale into the shift."""
    reached(Boundary.BEFORE_LAYAWAY_SOLD)
    payments = await payments_of([layaway_id], tx)
    tenders = merged(tender for payment in payments for tender in payment.tenders)
    (order,) = await tx.publish_all(
        OrderView,
        UPDATE_ORDER_TO_PAID,
        {
            **PAY.sql,
            **tender_params(Payment(tenders=tenders)),
            "order_id": order_id,
            "paid_at": received.at,
            "shift_id": received.shift_id,
            "taker": received.user_id,
        },
    )
    tx.after_commit(partial(count_paid, order.channel, order.final_amount))
