"""How is an order paid? Exactly once, whoever comes at the same time: one conditional statement decides."""

from dataclasses import dataclass
from typing import LiteralString
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
from services.sales.usecases.queries import ORDER_COLUMNS, find_closed_by, find_order, whole
from services.sales.usecases.views import OrderView, WholeOrder

TAKE_PAYMENT: LiteralString = f"""
update orders
set status = 'PAID', payment_method = %(payment_method)s, paid_at = %(paid_at)s, closed_by = %(operation)s
where id = %(order_id)s and channel = %(channel)s and status = 'PENDING'
returning {ORDER_COLUMNS}
"""


@dataclass(frozen=True, slots=True)
class PayOrder:
    """Somebody pays. `operation` is the same in every repeat of one request."""

    operation: UUID
    channel: Channel
    order_id: int
    method: PaymentMethod


async def pay_order(command: PayOrder, *, database: Database, clock: Clock) -> OrderView:
    """Mark the order paid and tell of it; the money of CASH and CARD is in the till or the terminal already.

    A repeat answers the order that it paid. Raises `OrderNotFound`, `OnlyPendingOrdersArePaid`,
    `PaymentNeedsCustomer` or `PaymentMethodNotOffered`; then nothing has changed.
    """
    if command.method in NEEDS_CUSTOMER:
        await _refuse_balance(command, database)
    async with database.transaction() as tx:
        order = await tx.fetch_one(
            OrderView,
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
        tx.publish(_paid(await whole(tx, order)), subject=f"order/{order.uuid}")
        return order


async def _refuse_balance(command: PayOrder, database: Database) -> None:
    order = (await find_order(database, command.order_id, command.channel)).order
    if order.customer_id is None:
        raise PaymentNeedsCustomer
    if order.status != Status.PENDING:
        raise OnlyPendingOrdersArePaid
    raise PaymentMethodNotOffered


def _paid(sale: WholeOrder) -> OrderPaid:
    order = sale.order
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
        lines=tuple(
            SoldLine(
                product_id=line.product_id,
                product_name=line.product_name,
                quantity=line.quantity,
                unit_price=line.unit_price,
                amount=line.amount,
                tax_amount=line.tax_amount,
                discount_amount=line.discount_amount,
            )
            for line in sale.lines
        ),
        paid_at=order.paid_at,
    )
