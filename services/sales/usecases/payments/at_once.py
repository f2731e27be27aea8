"""Pays an order in one statement, which decides between concurrent payments: nobody has to be asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, LiteralString
from uuid import UUID

from libs.common.clock import Clock
from libs.common.contracts.sales import Channel, OrderPaid, PaidBy, SoldLine
from libs.common.db.database import Database
from libs.common.db.json_rows import json_rows
from libs.common.db.operations import did
from libs.common.messaging.publishing import payload, published
from services.sales.domain.lifecycles import PAY
from services.sales.domain.payments import OnlyPendingOrdersArePaid
from services.sales.domain.tenders import Payment, kept
from services.sales.usecases.counting import count_paid
from services.sales.usecases.orders.reading import ORDER_COLUMNS, find_repeated
from services.sales.usecases.orders.views import OrderView

_LINE: LiteralString = payload(SoldLine)
_PAID_BY: LiteralString = payload(
    PaidBy, payment_method="paid_by ->> 'payment_method'", amount="paid_by ->> 'amount'"
)

_MEMBERS: Mapping[str, LiteralString] = {
    "order_uuid": "uuid",
    "order_id": "id",
    "lines": f"(select json_agg({_LINE} order by line) from order_lines where order_id = paid.id)",
    "payments": f"""(
        select json_agg({_PAID_BY} order by place)
        from jsonb_array_elements(payments) with ordinality tender (paid_by, place)
    )""",
}

ORDER_PAID: LiteralString = published(OrderPaid, of="paid", subject="'order/' || uuid", **_MEMBERS)

PAID_ORDER: LiteralString = payload(OrderPaid, **_MEMBERS)
"""The event's JSON for a row of `paid`, also long after it was published."""

UPDATE_TO_PAID: LiteralString = f"""
with paid as (
    update orders
    set status = %(to)s, payment_method = %(payment_method)s, payments = %(payments)s::jsonb,
        cash_received = %(cash_received)s, paid_at = %(paid_at)s
    where id = %(order_id)s and channel = %(channel)s and status = any(%(from)s)
    returning {ORDER_COLUMNS}
), {did("order.paid", of="paid")}, {ORDER_PAID}
select * from paid
"""


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
    """A payment by a person. `operation` is the same in every repeat of one request."""

    operation: UUID
    channel: Channel
    order_id: int
    payment: Payment
    user_id: int


async def pay_at_once(command: PayOrder, *, database: Database, clock: Clock) -> OrderView:
    """Mark the order paid and publish it; the money is already in the till or the terminal.

    A repeat returns the order that it paid before. Raises `OrderNotFound` or `OnlyPendingOrdersArePaid`; then
    nothing has changed.
    """
    order = await database.publish_one(
        OrderView,
        UPDATE_TO_PAID,
        {
            **PAY.sql,
            "order_id": command.order_id,
            "channel": command.channel,
            **tender_params(command.payment),
            "paid_at": clock(),
            "operation": command.operation,
        },
    )
    if order:
        count_paid(order.channel, order.final_amount)
    order = order or await find_repeated(command, did="order.paid", database=database)
    if order is None:
        raise OnlyPendingOrdersArePaid
    return order
