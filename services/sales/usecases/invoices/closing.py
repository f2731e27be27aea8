"""Closes the invoice of an order that is cancelled, deleted or returned, in the transaction that does so."""

from datetime import datetime
from typing import LiteralString

from libs.common.db.database import Transaction
from libs.common.lifecycle import sql_list
from services.sales.domain.lifecycles import CANCEL_INVOICE, REFUND_INVOICE, REFUND_RETURNED
from services.sales.usecases.invoices.telling import CHANGED_COLUMNS, tell_change
from services.sales.usecases.invoices.views import ChangedInvoice

UPDATE_TO_CLOSED: LiteralString = f"""
update invoices set
    status = case when invoices.status in ({sql_list(REFUND_INVOICE.sources)})
        then '{REFUND_INVOICE.target}' else '{CANCEL_INVOICE.target}' end,
    refunded_at = case when invoices.status in ({sql_list(REFUND_INVOICE.sources)}) then %(now)s end
from orders
where order_id = %(order_id)s and orders.id = order_id and invoices.deleted_at is null
    and invoices.status in ({sql_list((*REFUND_INVOICE.sources, *CANCEL_INVOICE.sources))})
returning {CHANGED_COLUMNS}
"""

UPDATE_TO_REFUNDED: LiteralString = f"""
update invoices set status = '{REFUND_RETURNED.target}', refunded_at = %(now)s
from orders
where order_id = %(order_id)s and orders.id = order_id and invoices.deleted_at is null
    and invoices.status in ({sql_list(REFUND_RETURNED.sources)})
returning {CHANGED_COLUMNS}
"""


async def close_invoice(tx: Transaction, order_id: int, *, now: datetime) -> None:
    """Cancel the order's invoice, or refund it if it is paid. The order is locked (`lock_order`).

    An order without an invoice, or whose invoice is closed already, is left as it is.
    """
    await _close(tx, UPDATE_TO_CLOSED, order_id, now)


async def refund_returned(tx: Transaction, order_id: int, *, now: datetime) -> None:
    """Refund the order's invoice, paid or not, as everything has come back. The order is locked.

    An order without an invoice, or whose invoice is closed already, is left as it is.
    """
    await _close(tx, UPDATE_TO_REFUNDED, order_id, now)


async def _close(tx: Transaction, statement: LiteralString, order_id: int, now: datetime) -> None:
    closed = await tx.fetch_one(ChangedInvoice, statement, {"order_id": order_id, "now": now})
    if closed:
        tell_change(tx, closed, now=now)
