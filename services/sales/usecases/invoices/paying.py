"""Pays and refunds invoices. The order is locked.

An order is paid when an invoice of it is paid for the first time: this is published once, and confirms the
order if it is pending. It is paid again when the invoice that has paid it was refunded and another is paid.
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
from services.sales.usecases.payments.at_once import ORDER_PAID, ORDER_PAID_AGAIN

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

# Of invoices before the one that paid it last, a refund does not count any more.
UPDATE_ORDER_TO_PAID_AGAIN: LiteralString = f"""
with paid as (
    update orders set paid_at = %(now)s, paid_again_by = %(invoice_id)s, updated_at = %(now)s
    where id = %(id)s and exists (
        select from invoices
        where order_id = orders.id and refunded_at is not null and invoices.id >= coalesce(paid_again_by, 0)
    )
    returning {ORDER_COLUMNS}
), {ORDER_PAID_AGAIN}
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
        await _pay_order(tx, order, invoice_id, now)
    return changed


async def _pay_order(tx: Transaction, order: WebOrderView, invoice_id: int, now: datetime) -> None:
    """Mark the order paid unless it is; a deleted invoice may have paid it. A refunded one is paid again."""
    params = {"id": order.id, "invoice_id": invoice_id, "now": now}
    paid = await tx.publish_one(OrderView, UPDATE_ORDER_TO_PAID, params)
    if paid:
        tx.after_commit(partial(count_paid, paid.channel, paid.final_amount))
    else:
        await tx.publish_one(OrderView, UPDATE_ORDER_TO_PAID_AGAIN, params)
    if order.status in CONFIRM_WEB.sources:
        await take_step(tx, order, CONFIRM_WEB, now=now)
