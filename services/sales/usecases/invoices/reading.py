"""Reads invoices. Deleted ones are left out."""

from collections.abc import Mapping
from datetime import datetime
from typing import LiteralString

from libs.common.db.database import Database
from libs.common.db.listing import ListQuery
from libs.common.db.pages import Page
from services.sales.domain.invoices import OVERDUE, InvoiceNotFound
from services.sales.domain.lifecycles import InvoiceStatus
from services.sales.domain.people import Person
from services.sales.usecases.invoices.views import InvoiceView, WholeInvoice
from services.sales.usecases.web_lists import WebFilter, conditions_of, newest_first

INVOICE_COLUMNS: LiteralString = """
    id, order_id, user_id, username, series, number, amount, status, due_date, created_at, paid_at,
    refunded_at
"""

SELECT_INVOICES: LiteralString = f"select {INVOICE_COLUMNS} from invoices"

IS_LIVE: LiteralString = "deleted_at is null"

SELECT_INVOICE: LiteralString = f"""
select {INVOICE_COLUMNS}, (select count(*) from order_lines where order_lines.order_id = invoices.order_id)
    as items_count
from invoices where id = %(id)s and {IS_LIVE}
"""

SELECT_INVOICE_OF_ORDER: LiteralString = f"{SELECT_INVOICES} where order_id = %(order_id)s and {IS_LIVE}"

# A shown status as a condition; literals, so that a prepared statement also uses a partial index.
OF_STATUS: Mapping[str, LiteralString] = {
    InvoiceStatus.PENDING: f"status = '{InvoiceStatus.PENDING}' and due_date >= %(now)s",
    OVERDUE: f"status = '{InvoiceStatus.PENDING}' and due_date < %(now)s",
    InvoiceStatus.PAID: f"status = '{InvoiceStatus.PAID}'",
    InvoiceStatus.REFUNDED: f"status = '{InvoiceStatus.REFUNDED}'",
    InvoiceStatus.CANCELLED: f"status = '{InvoiceStatus.CANCELLED}'",
}

INVOICE_LIST = newest_first(InvoiceView, rows=SELECT_INVOICES, counted="invoices")


async def list_invoices(
    query: ListQuery, *, wanted: WebFilter, now: datetime, database: Database
) -> Page[InvoiceView]:
    """Invoices, newest first."""
    conditions, params = conditions_of(wanted, IS_LIVE, of_status=OF_STATUS)
    return await INVOICE_LIST.read(query, conditions, {**params, "now": now}, database=database)


async def find_invoice(invoice_id: int, *, visitor: Person, database: Database) -> WholeInvoice:
    """The invoice; raises `InvoiceNotFound`, or `Forbidden` if the visitor may not see it."""
    invoice = await database.fetch_one(WholeInvoice, SELECT_INVOICE, {"id": invoice_id})
    if invoice is None:
        raise InvoiceNotFound
    visitor.check_own(invoice.user_id)
    return invoice


async def find_invoice_of(order_id: int, *, database: Database) -> InvoiceView | None:
    """The invoice of the order; None if it was deleted."""
    return await database.fetch_one(InvoiceView, SELECT_INVOICE_OF_ORDER, {"order_id": order_id})
