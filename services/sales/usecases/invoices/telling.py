"""Publishes that an invoice has changed."""

from datetime import datetime
from typing import LiteralString

from libs.common.contracts.sales import InvoiceChanged
from libs.common.db.database import Transaction
from services.sales.usecases.invoices.views import ChangedInvoice

CHANGED_COLUMNS: LiteralString = """
    invoices.id, order_id, invoices.user_id, username, series, number, amount, invoices.status, due_date,
    invoices.created_at, invoices.paid_at, refunded_at, invoices.deleted_at, orders.uuid as order_uuid
"""
"""The columns of `ChangedInvoice`, for `update invoices … from orders … returning`."""


def tell_change(tx: Transaction, invoice: ChangedInvoice, *, now: datetime) -> None:
    """Publish the invoice as it is now."""
    tx.publish(
        InvoiceChanged(
            invoice_id=invoice.id,
            invoice_series=invoice.series,
            invoice_number=invoice.number,
            order_uuid=invoice.order_uuid,
            order_id=invoice.order_id,
            user_id=invoice.user_id,
            amount=invoice.amount,
            status=invoice.status,
            due_date=invoice.due_date,
            paid_at=invoice.paid_at,
            refunded_at=invoice.refunded_at,
            is_deleted=invoice.deleted_at is not None,
            changed_at=now,
        ),
        subject=f"order/{invoice.order_uuid}",
    )
