"""Pays and refunds invoices. The order is locked.

An order is paid when an invoice of it is paid for the first time: this is published once, and confirms the
order if it is pending.
"""

from datetime import datetime
from functools import partial
from typing import LiteralString

from libs.common.db.database import Transaction
from libs.common.lifecycle import Step
from services.sales.domain.lifecycles import CONFIRM_WEB, PAY_INVOICE
from services.sales.usecases.counting import count_paid
from services.sales.usecases.invoices.telling import CHANGED_COLUMNS, tell_change
from services.sales.usecases.invoices.views import ChangedInvoice
from services.sales.usecases.orders.reading import ORDER_COLUMNS
from services.sales.usecases.orders.stepping import take_step
from services.sales.usecases.orders.views import OrderView, WebOrderView
from services.sales.usecases.payments.at_once import ORDER_PAID

UPDATE_INVOICE_STATUS: LiteralString = f"""
update invoices set status = %(to)s,
    paid_at = case when %(to)s = '{PAY_INVOICE.target}' then %(now)s else invoices.paid_at end,
    refunded_at = case when %(to)s = '{PAY_INVOICE.target}' then refunded_at else %(now)s end
from orders
where invoices.id = %(id)s and orders.id = order_id and invoices.status = any(%(from)s)
returning {CHANGED_COLUMNS}
"""

UPDATE_ORDER_TO_PAID: LiteralString = f"""
with paid as (
    update orders set payment_method = 'WEB', paid_at = %(now)s, updated_at = %(now)s
    where id = %(id)s and paid_at is null
    returning {ORDER_COLUMNS}
), {ORDER_PAID}
select * from paid
"""


async def take_invoice_step(
    tx: Transaction, invoice_id: int, order: WebOrderView, step: Step, *, now: datetime
) -> ChangedInvoice:
    """Take a step of an invoice of the locked order, which is right for its status, and publish it."""
    changed = await tx.fetch_one(
        ChangedInvoice, UPDATE_INVOICE_STATUS, {**step.sql, "id": invoice_id, "now": now}
    )
    assert changed, f"invoice {invoice_id} takes no step to {step.target}"
    tell_change(tx, changed, now=now)
    if step is PAY_INVOICE:
        await _pay_order(tx, order, now)
    return changed


async def _pay_order(tx: Transaction, order: WebOrderView, now: datetime) -> None:
    """Mark the order paid if it is not; a deleted invoice may have paid it before."""
    for paid in await tx.publish_all(OrderView, UPDATE_ORDER_TO_PAID, {"id": order.id, "now": now}):
        tx.after_commit(partial(count_paid, paid.channel, paid.final_amount))
    if order.status in CONFIRM_WEB.sources:
        await take_step(tx, order, CONFIRM_WEB, now=now)
