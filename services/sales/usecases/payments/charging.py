"""Pays an order with its customer's points or credit: charges them once and marks it paid, or does neither.

The steps, each with its undo:

1. `start_attempt` (PENDING → PAYING): the attempt, with the id of its charge and its shift, is committed
   before the call.
   Undo: `undo_attempt`, back to PENDING.
2. `_charge`: customers takes the amount under that id. A refusal is settled by a fence before step 1 is
   undone, because an earlier call with the same id may still be under way (ADR 0050).
3. `finish_attempt` (PAYING → PAID): order, operation, event and shift are one statement; if the shift has
   closed since step 1, the order stands under its `late`. It is the last step and has no undo.

When customers does not answer, the order stays PAYING, and nobody else pays or cancels it. A repeat with the
same `Idempotency-Key` resumes the attempt at step 2. Otherwise the worker's job `finish_open_attempts`
(`finishing.py`) ends it.
"""

from libs.common.errors import DomainError
from libs.common.faults import Boundary, reached
from libs.common.looks import LookAgain, looks_again
from services.sales.domain.buyers import UnknownCustomer
from services.sales.domain.lifecycles import START_CHARGE
from services.sales.domain.payments import (
    Charge,
    CreditLimitExceeded,
    InsufficientPoints,
    PaymentMethod,
    PaymentNeedsCustomer,
    points_to_pay,
)
from services.sales.domain.tenders import check_payment, paid_by
from services.sales.usecases.orders.views import OrderView
from services.sales.usecases.payments.at_once import PayOrder, check_payable, paid_before, pay_at_once
from services.sales.usecases.payments.attempts import (
    Attempt,
    PayableOrder,
    attempt_at,
    find_payable,
    finish_attempt,
    start_attempt,
    undo_attempt,
)
from services.sales.usecases.payments.desk import PaymentDesk
from services.sales.usecases.ports import Charges
from services.sales.usecases.shifts.choosing import choose_shift


@looks_again("orders")
async def pay_from_balance(command: PayOrder, *, desk: PaymentDesk) -> OrderView:
    """Charge the customer and mark the order paid; a total of 0.00 charges nothing.

    A repeat returns the order that it paid before, or resumes its attempt. Raises `OrderNotFound`,
    `OnlyPendingOrdersArePaid`, `PaymentNeedsCustomer`, `InsufficientPoints`, `CreditLimitExceeded`,
    `UnknownCustomer`, what `check_payment` or `choose_shift` raises, and nothing is charged; or
    `Unavailable`, and then the order may be PAYING for a while.
    """
    order = await find_payable(command.order_id, command.channel, database=desk.database)
    if order.open_operation != command.operation:
        if order.status not in START_CHARGE.sources:
            return await paid_before(command, order, database=desk.database)
        check_payable(order)
    if order.customer_id is None:
        raise PaymentNeedsCustomer
    check_payment(command.payment, order.final_amount)
    if order.final_amount == 0:
        return await pay_at_once(command, desk=desk)
    charge = _charge_for(order, order.customer_id, command)
    attempt = await _begin(command, order, charge, desk)
    reached(Boundary.AFTER_START)
    if refusal := await _charge(attempt, charge, desk.charges):
        reached(Boundary.BEFORE_UNDO)
        await undo_attempt(attempt, outcome=refusal.code, database=desk.database)
        reached(Boundary.AFTER_UNDO)
        raise refusal
    reached(Boundary.AFTER_CHARGE)
    paid = await finish_attempt(attempt, paid_at=desk.clock(), database=desk.database)
    reached(Boundary.AFTER_FINISH)
    if paid is None:
        raise LookAgain
    return paid


async def _begin(command: PayOrder, order: PayableOrder, charge: Charge, desk: PaymentDesk) -> Attempt:
    """The operation's attempt: the one that is open, or a new one."""
    if order.open_operation == command.operation:
        return attempt_at(order, order.attempts)
    attempt = attempt_at(order, order.attempts + 1)
    reached(Boundary.BEFORE_START)
    if not await start_attempt(attempt, command, charge, started_at=desk.clock(), database=desk.database):
        await choose_shift(command.till, sql=desk.database)  # raises if the money would have no drawer
        raise LookAgain
    return attempt


def _charge_for(order: OrderView, customer_id: int, command: PayOrder) -> Charge:
    """The same for every repeat: an order never changes."""
    tenders = command.payment.of(order.final_amount)
    return Charge(
        customer_id=customer_id,
        user_id=command.till.user_id,
        order_uuid=order.uuid,
        ticket_folio=order.ticket_folio,
        points=points_to_pay(paid_by(tenders, PaymentMethod.POINTS)),
        by_points=paid_by(tenders, PaymentMethod.POINTS),
        credit=paid_by(tenders, PaymentMethod.CREDIT),
    )


async def _charge(attempt: Attempt, charge: Charge, charges: Charges) -> DomainError | None:
    """Charge the customer; the refusal if nothing was taken, and never will be under this attempt's id.

    Raises `Unavailable` while neither is certain.
    """
    try:
        await charges.take(attempt.charge_id, charge)
    except (InsufficientPoints, CreditLimitExceeded, UnknownCustomer) as refusal:
        return None if await charges.was_taken(attempt.charge_id) else refusal
    return None
