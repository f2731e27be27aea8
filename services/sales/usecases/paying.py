"""How is an order paid? Exactly once, whoever comes at the same time: one conditional statement decides."""

from dataclasses import dataclass
from typing import Any, LiteralString
from uuid import UUID

from libs.common.clock import Clock
from libs.common.contracts.sales import Channel, OrderPaid, SoldLine
from libs.common.db.database import Database
from services.sales.domain.orders import (
    NEEDS_CUSTOMER,
    OnlyPendingOrdersArePaid,
    PaymentMethod,
    PaymentMethodNotOffered,
    PaymentNeedsCustomer,
    Status,
)
from services.sales.usecases.queries import ORDER_COLUMNS, find_closed_by, find_order
from services.sales.usecases.views import OrderView

# Amounts travel as text: a JSON number would not be exact.
TAKE_PAYMENT: LiteralString = f"""
with paid as (
    update orders
    set status = 'PAID', payment_method = %(payment_method)s, paid_at = %(paid_at)s, closed_by = %(operation)s
    where id = %(order_id)s and channel = %(channel)s and status = 'PENDING'
    returning {ORDER_COLUMNS}
)
select paid.*, (
    select json_agg(json_build_object(
        'product_id', product_id, 'product_name', product_name, 'quantity', quantity,
        'unit_price', unit_price::text, 'amount', amount::text, 'tax_amount', tax_amount::text,
        'discount_amount', discount_amount::text
    ) order by line)
    from order_lines where order_id = paid.id
) as lines
from paid
"""


@dataclass(frozen=True, slots=True)
class PayOrder:
    """Somebody pays. `operation` is the same in every repeat of one request."""

    operation: UUID
    channel: Channel
    order_id: int
    method: PaymentMethod


@dataclass(frozen=True, slots=True)
class PaidOrder(OrderView):
    """An order with its lines as the event tells them."""

    lines: list[dict[str, Any]]


async def pay_order(command: PayOrder, *, database: Database, clock: Clock) -> OrderView:
    """Mark the order paid and tell of it; the money of CASH and CARD is in the till or the terminal already.

    A repeat answers the order that it paid. Raises `OrderNotFound`, `OnlyPendingOrdersArePaid`,
    `PaymentNeedsCustomer` or `PaymentMethodNotOffered`; then nothing has changed.
    """
    if command.method in NEEDS_CUSTOMER:
        await _refuse_balance(command, database)
    async with database.transaction() as tx:
        order = await tx.fetch_one(
            PaidOrder,
            TAKE_PAYMENT,
            {
                "order_id": command.order_id,
                "channel": command.channel,
                "payment_method": command.method.value,
                "paid_at": clock(),
                "operation": command.operation,
            },
        )
        if order is None:
            return await find_closed_by(
                tx, command.operation, command.order_id, command.channel, OnlyPendingOrdersArePaid()
            )
        tx.publish(_paid(order), subject=f"order/{order.uuid}")
        return order


async def _refuse_balance(command: PayOrder, database: Database) -> None:
    order = (await find_order(database, command.order_id, command.channel)).order
    if order.customer_id is None:
        raise PaymentNeedsCustomer
    if order.status != Status.PENDING:
        raise OnlyPendingOrdersArePaid
    raise PaymentMethodNotOffered


def _paid(order: PaidOrder) -> OrderPaid:
    assert order.payment_method
    assert order.paid_at
    return OrderPaid(
        order_uuid=order.uuid,
        order_id=order.id,
        ticket_folio=order.ticket_folio,
        channel=order.channel,
        customer_id=order.customer_id,
        user_id=order.user_id,
        payment_method=order.payment_method,
        subtotal=order.subtotal,
        total_tax=order.total_tax,
        final_amount=order.final_amount,
        money_saved_total=order.money_saved_total,
        lines=tuple(SoldLine(**line) for line in order.lines),
        paid_at=order.paid_at,
    )
