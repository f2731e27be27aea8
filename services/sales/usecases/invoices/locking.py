"""Locks an invoice: like all that changes an order, its invoice or its returns, by the order's row."""

from typing import LiteralString

from libs.common.db.database import Transaction
from services.sales.domain.invoices import InvoiceNotFound
from services.sales.usecases.invoices.reading import IS_LIVE, SELECT_INVOICES
from services.sales.usecases.invoices.views import InvoiceView
from services.sales.usecases.orders.storefront import WEB_COLUMNS
from services.sales.usecases.orders.views import WebOrderView

# The order may be deleted: its invoice is closed then, and stays.
SELECT_ORDER_TO_CHANGE: LiteralString = f"""
select {WEB_COLUMNS} from orders
where id = (select order_id from invoices where id = %(id)s and {IS_LIVE}) for update
"""

SELECT_INVOICE_TO_CHANGE: LiteralString = f"{SELECT_INVOICES} where id = %(id)s and {IS_LIVE}"


async def lock_invoice(tx: Transaction, invoice_id: int) -> tuple[InvoiceView, WebOrderView]:
    """The invoice and its order, locked until the transaction ends; raises `InvoiceNotFound`."""
    order = await tx.fetch_one(WebOrderView, SELECT_ORDER_TO_CHANGE, {"id": invoice_id})
    # A new statement, so that it sees what the holder of the lock before has committed.
    invoice = await tx.fetch_one(InvoiceView, SELECT_INVOICE_TO_CHANGE, {"id": invoice_id})
    if order is None or invoice is None:
        raise InvoiceNotFound
    return invoice, order
