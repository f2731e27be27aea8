"""Pays an order in one statement, which decides between concurrent payments: nobody has to be asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, LiteralString
from uuid import UUID

from libs.common.clock import Clock
from libs.common.contracts.sales import Channel, OrderPaid, OrderPaidAgain, PaidBy, SoldLine
from libs.common.db.database import Database
from libs.common.db.json_rows import json_rows
from libs.common.db.operations import did, find_done
from libs.common.db.statements import on_one_line
from libs.common.looks import LookAgain, looks_again
from libs.common.messaging.publishing import payload, published
from services.sales.domain.layaways import OrderIsLaidAway
from services.sales.domain.lifecycles import PAY
from services.sales.domain.payments import OnlyPendingOrdersArePaid
from services.sales.domain.tenders import Payment, kept
from services.sales.usecases.counting import count_paid
from services.sales.usecases.orders.reading import ORDER_COLUMNS, find_order, find_repeated
from services.sales.usecases.orders.views import OrderView
from services.sales.usecases.payments.desk import PaymentDesk
from services.sales.usecases.payments.exchanging import uses_exchange, with_exchanges
from services.sales.usecases.shifts.booking import SALE_BOOKED
from services.sales.usecases.shifts.choosing import (
    CHOSEN_SHIFT,
    NO_SHIFT_OPEN,
    OPEN_DRAWER,
    TAKES_MONEY,
    Till,
    choose_shift,
)

(PENDING,) = PAY.sources

_LINE: LiteralString = payload(SoldLine)
_PAID_BY: LiteralString = payload(
    PaidBy, payment_method="part ->> 'payment_method'", amount="part ->> 'amount'"
)

_MEMBERS: Mapping[str, LiteralString] = {
    "order_uuid": "uuid",
    "order_id": "id",
    "lines": f"(select json_agg({_LINE} order by line) from order_lines where order_id = paid.id)",
    "payments": f"""(
        select json_agg({_PAID_BY} order by place)
        from jsonb_array_elements(payments) with ordinality tender (part, place)
    )""",
}

ORDER_PAID: LiteralString = published(OrderPaid, of="paid", subject="'order/' || uuid", **_MEMBERS)

ORDER_PAID_AGAIN: LiteralString = published(
    OrderPaidAgain, of="paid", subject="'order/' || uuid", invoice_id="%(invoice_id)s::bigint", **_MEMBERS
)

PAID_ORDER: LiteralString = payload(OrderPaid, **_MEMBERS)
"""The event's JSON for a row of `paid`, also long after it was published."""

_SET: LiteralString = """status = %(to)s, payment_method = %(payment_method)s, payments = %(payments)s::jsonb,
    cash_received = %(cash_received)s, paid_at = %(paid_at)s"""
_PAYABLE: LiteralString = """id = %(order_id)s and channel = %(channel)s and status = any(%(from)s)
    and layaway_id is null"""
_DONE: LiteralString = did("order.paid", of="paid")

# Nothing is booked, so that a sale in a shop without shifts costs no more for them.
UPDATE_TO_PAID_WITHOUT_SHIFT: LiteralString = f"""
with paid as (
    update orders set {_SET} where {_PAYABLE} and {NO_SHIFT_OPEN}
    returning {ORDER_COLUMNS}
), {_DONE}, {ORDER_PAID}
select * from paid
"""

UPDATE_TO_PAID: LiteralString = on_one_line(
    f"""
with {CHOSEN_SHIFT}, {OPEN_DRAWER}, paid as (
    update orders set {_SET}, shift_id = (select shift_id from drawer) where {_PAYABLE} and {TAKES_MONEY}
    returning {ORDER_COLUMNS}
), {_DONE}, {ORDER_PAID}, {SALE_BOOKED}
select * from paid
"""
)


def tender_params(payment: Payment) -> dict[str, Any]:
    """The parameters of what pays an order."""
    payments = kept(payment.tenders)
    return {
        "payment_method": payment.payment_method,
        "payments": payments and json_rows(payments),
        "cash_received": payment.cash_received,
    }


@dataclass(frozen=True, slots=True)
class PayOrder:
    """A payment that `till` takes. `operation` is the same in every repeat of one request."""

    operation: UUID
    channel: Channel
    order_id: int
    payment: Payment
    till: Till


@looks_again("shifts")
async def pay_at_once(command: PayOrder, *, desk: PaymentDesk) -> OrderView:
    """Mark the order paid, book it into its shift and publish it; the money is already in till or terminal.

    A repeat returns the order that it paid before. Raises `OrderNotFound`, `OnlyPendingOrdersArePaid`,
    `OrderIsLaidAway`, `UnknownRegister`, `NoOpenShift`, `ShiftRequired` or `ExchangeShort`; then nothing has
    changed.
    """
    pay = _pay_by_exchange if uses_exchange(command.payment.tenders) else _pay
    order = await pay(command, desk)
    order = order or await find_repeated(command, did="order.paid", database=desk.database)
    if order:
        return order
    found = await find_order(command.order_id, command.channel, database=desk.database)
    check_payable(found.order)
    await choose_shift(command.till, sql=desk.database)  # raises, unless the shift was closed just now
    raise LookAgain


def check_payable(order: OrderView) -> None:
    """Raise `OnlyPendingOrdersArePaid`, or `OrderIsLaidAway` for the order of an open layaway."""
    if order.status != PENDING:
        raise OnlyPendingOrdersArePaid
    if order.layaway_id is not None:
        raise OrderIsLaidAway(order.layaway_id)


async def paid_before(command: PayOrder, order: OrderView, *, database: Database) -> OrderView:
    """The order, which is not PENDING, if this operation paid it; raises `OnlyPendingOrdersArePaid`."""
    if await find_done(database, command.operation, did="order.paid") != order.id:
        raise OnlyPendingOrdersArePaid
    return order


async def _pay(command: PayOrder, desk: PaymentDesk) -> OrderView | None:
    """The order if this has paid it; None if it is not PENDING, or its drawer takes no money."""
    params = _params(command, desk.clock)
    if not command.till.needs_drawer and not desk.habit.has_shifts:
        order = await desk.database.publish_one(OrderView, UPDATE_TO_PAID_WITHOUT_SHIFT, params)
        if order:
            return _counted(order)
    order = await desk.database.publish_one(OrderView, UPDATE_TO_PAID, params)
    if order:
        desk.habit.has_shifts = True
    return _counted(order)


async def _pay_by_exchange(command: PayOrder, desk: PaymentDesk) -> OrderView | None:
    """As `_pay`, with what is left of returns; nothing is taken of them unless this pays the order."""
    params = _params(command, desk.clock)
    order = await with_exchanges(
        command.payment.tenders,
        lambda tx: tx.publish_one(OrderView, UPDATE_TO_PAID, params),
        database=desk.database,
    )
    return _counted(order)


def _params(command: PayOrder, clock: Clock) -> dict[str, Any]:
    return {
        **PAY.sql,
        **command.till.sql,
        "order_id": command.order_id,
        "channel": command.channel,
        **tender_params(command.payment),
        "paid_at": clock(),
        "operation": command.operation,
    }


def _counted(order: OrderView | None) -> OrderView | None:
    if order:
        count_paid(order.channel, order.final_amount)
    return order
