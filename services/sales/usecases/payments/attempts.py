"""The attempts to pay orders with a balance, one row each, and the statements that begin and end them.

An attempt is open until it has an outcome, and its order is PAYING for as long as that. Every statement that
ends one asks for an open attempt, so that of a request, its repeat and the job only one ends it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString
from uuid import UUID, uuid5

from libs.common.contracts.sales import Channel
from libs.common.db.database import Database
from libs.common.db.operations import did
from libs.common.db.statements import on_one_line
from libs.common.db.violations import suppress_violation
from services.sales.domain.lifecycles import FINISH_CHARGE, START_CHARGE, UNDO_CHARGE
from services.sales.domain.orders import OrderNotFound
from services.sales.domain.payments import Charge
from services.sales.usecases.counting import count_paid
from services.sales.usecases.orders.reading import ORDER_COLUMNS
from services.sales.usecases.orders.views import OrderView
from services.sales.usecases.payments.at_once import ORDER_PAID, PayOrder, tender_params
from services.sales.usecases.payments.exchanging import (
    EXCHANGES_GIVEN_BACK,
    uses_exchange,
    with_exchanges,
)
from services.sales.usecases.shifts.booking import SALE_BOOKED, SALE_LATE
from services.sales.usecases.shifts.choosing import CHOSEN_SHIFT, DRAWER_OR_GONE

NUMBER_TAKEN = "pk_payment_attempts"

SELECT_PAYABLE: LiteralString = f"""
select {ORDER_COLUMNS},
    coalesce((select max(number) from payment_attempts where order_id = orders.id), 0) as attempts,
    (select operation from payment_attempts where order_id = orders.id and outcome is null) as open_operation
from orders where id = %(id)s and channel = %(channel)s
"""

# The shift is not locked: it may close before the attempt ends.
UPDATE_TO_PAYING: LiteralString = f"""
with {CHOSEN_SHIFT}, taken as (
    update orders set status = %(to)s
    where id = %(order_id)s and channel = %(channel)s and status = any(%(from)s) and layaway_id is null
        and (not %(needs_shift)s or (select shift_id from chosen) is not null)
    returning {ORDER_COLUMNS}
), attempt as (
    insert into payment_attempts (
        order_id, number, charge_id, operation, method, payments, cash_received, user_id, points, credit,
        started_at, shift_id
    )
    select id, %(number)s, %(charge_id)s, %(operation)s, %(payment_method)s, %(payments)s::jsonb,
        %(cash_received)s, %(by_user)s, %(points)s, %(credit)s, %(started_at)s,
        (select shift_id from chosen)
    from taken
)
select * from taken
"""

UPDATE_TO_CHARGED: LiteralString = on_one_line(
    f"""
with ended as (
    update payment_attempts set outcome = 'charged'
    where order_id = %(order_id)s and number = %(number)s and outcome is null
    returning order_id, method, payments as tenders, cash_received as cash, operation,
        user_id as taker, shift_id as of_shift
), {DRAWER_OR_GONE}, paid as (
    update orders
    set status = %(to)s, payment_method = method, payments = tenders, cash_received = cash,
        paid_at = %(paid_at)s, shift_id = of_shift
    from ended left join locked on true where id = order_id and status = any(%(from)s)
    returning {ORDER_COLUMNS}
), {did("order.paid", of="paid join ended on order_id = id", by="operation")}, {ORDER_PAID},
{SALE_BOOKED}, {SALE_LATE}
select * from paid
"""
)

UPDATE_TO_UNDONE: LiteralString = f"""
with ended as (
    update payment_attempts set outcome = %(outcome)s
    where order_id = %(order_id)s and number = %(number)s and outcome is null
    returning order_id, payments
), {EXCHANGES_GIVEN_BACK}
update orders set status = %(to)s from ended where id = order_id and status = any(%(from)s)
"""


@dataclass(frozen=True, slots=True)
class PayableOrder(OrderView):
    """An order with the number of its attempts, and the operation of the one that is open."""

    attempts: int
    open_operation: UUID | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt: the order's, counted from 1, and the charge that customers is asked for."""

    order_id: int
    number: int
    charge_id: UUID


def attempt_at(order: OrderView, number: int) -> Attempt:
    """The order's attempt with this number. Each has a charge id of its own."""
    return Attempt(order.id, number, uuid5(order.uuid, str(number)))


async def find_payable(order_id: int, channel: Channel, *, database: Database) -> PayableOrder:
    """The order, if it belongs to this channel; raises `OrderNotFound`."""
    order = await database.fetch_one(PayableOrder, SELECT_PAYABLE, {"id": order_id, "channel": channel})
    if order is None:
        raise OrderNotFound
    return order


async def start_attempt(
    attempt: Attempt,
    command: PayOrder,
    charge: Charge,
    *,
    started_at: datetime,
    database: Database,
) -> bool:
    """Begin the attempt, whose money belongs to the till's shift.

    False if the order is not PENDING any more, another has taken its number, or the till has no drawer.
    """
    params = {
        **START_CHARGE.sql,
        **command.till.sql,
        "order_id": attempt.order_id,
        "number": attempt.number,
        "charge_id": attempt.charge_id,
        "channel": command.channel,
        "operation": command.operation,
        **tender_params(command.payment),
        "by_user": charge.user_id,
        "points": charge.points,
        "credit": charge.credit,
        "started_at": started_at,
    }
    tenders = command.payment.tenders
    begun = None
    with suppress_violation(NUMBER_TAKEN):
        if uses_exchange(tenders):
            begun = await with_exchanges(
                tenders, lambda tx: tx.fetch_one(OrderView, UPDATE_TO_PAYING, params), database=database
            )
        else:
            begun = await database.fetch_one(OrderView, UPDATE_TO_PAYING, params)
    return begun is not None


async def finish_attempt(attempt: Attempt, *, paid_at: datetime, database: Database) -> OrderView | None:
    """Mark the order paid, for its attempt's operation, and publish it; None if the attempt has ended."""
    paid = await database.publish_one(
        OrderView,
        UPDATE_TO_CHARGED,
        {
            **FINISH_CHARGE.sql,
            "order_id": attempt.order_id,
            "number": attempt.number,
            "paid_at": paid_at,
        },
    )
    if paid:
        count_paid(paid.channel, paid.final_amount)
    return paid


async def undo_attempt(attempt: Attempt, *, outcome: str, database: Database) -> bool:
    """Make the order PENDING again, as nothing was charged; False if the attempt has ended."""
    undone = await database.execute(
        UPDATE_TO_UNDONE,
        {
            **UNDO_CHARGE.sql,
            "order_id": attempt.order_id,
            "number": attempt.number,
            "outcome": outcome,
        },
    )
    return undone > 0
