"""Creates the invoice of an order for an admin, where it has none: the one of its checkout was deleted."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import LiteralString
from uuid import UUID

from libs.common.clock import Clock
from libs.common.db.database import Database, Transaction
from libs.common.db.operations import did, find_done
from libs.common.messaging.publishing import published_together
from services.sales.domain.invoices import (
    InvoiceExists,
    InvoiceRules,
    NotTheBuyer,
    OrderIsCancelled,
    check_amount,
)
from services.sales.domain.lifecycles import INVOICES, PAY_INVOICE, WebStatus
from services.sales.usecases.invoices.making import INVOICE_CREATED, INVOICE_OF_PLACED, invoice_params
from services.sales.usecases.invoices.paying import take_invoice_step
from services.sales.usecases.invoices.reading import SELECT_INVOICE_OF_ORDER, SELECT_INVOICES
from services.sales.usecases.invoices.views import InvoiceView
from services.sales.usecases.orders.locking import lock_order
from services.sales.usecases.orders.reading import ORDER_COLUMNS
from services.sales.usecases.orders.views import WebOrderView

INVOICED: LiteralString = "invoice.created"

SELECT_CREATED: LiteralString = f"{SELECT_INVOICES} where id = %(id)s"

INSERT_INVOICE: LiteralString = f"""
with placed as (select {ORDER_COLUMNS} from orders where id = %(order_id)s), {INVOICE_OF_PLACED}, {
    did(INVOICED, of="invoiced", thing="invoice_id")
}, {published_together(INVOICE_CREATED)}
select invoice_id as id, order_id, user_id, user_name as username, invoice_series as series,
    invoice_number as number, final_amount as amount, '{INVOICES.first}' as status, due_date,
    %(invoiced_at)s as created_at, null as paid_at, null as refunded_at
from placed, invoiced
"""


@dataclass(frozen=True, slots=True)
class CreateInvoice:
    """An invoice to create, `pending` or `paid`. `operation` is the same in every repeat of one request.

    The amount is the order's total; one that is given can only be that.
    """

    operation: UUID
    order_id: int
    user_id: int
    status: str
    due_date: datetime | None
    amount: Decimal | None


async def create_invoice(
    command: CreateInvoice, *, rules: InvoiceRules, database: Database, clock: Clock
) -> InvoiceView:
    """Create the invoice over the order's total, with the next number of the series; `paid` pays it at once.

    A repeat returns the invoice that it created before. Raises `OrderNotFound`, `NotTheBuyer`,
    `OrderIsCancelled`, `InvoiceExists` or `AmountIsNotTheOrders`.
    """
    now = clock()
    async with database.transaction() as tx:
        order = await lock_order(tx, command.order_id)
        created = await find_done(tx, command.operation, did=INVOICED)
        if created is not None:
            return await tx.fetch_only(InvoiceView, SELECT_CREATED, {"id": created})
        await _check(tx, command, order)
        params = invoice_params(rules, now=now, due_date=command.due_date)
        (invoice,) = await tx.publish_all(
            InvoiceView, INSERT_INVOICE, {**params, "order_id": order.id, "operation": command.operation}
        )
        if command.status == PAY_INVOICE.target:
            return await take_invoice_step(tx, invoice.id, order, PAY_INVOICE, now=now)
    return invoice


async def _check(tx: Transaction, command: CreateInvoice, order: WebOrderView) -> None:
    if order.user_id != command.user_id:
        raise NotTheBuyer
    if order.status == WebStatus.CANCELLED:
        raise OrderIsCancelled
    if await tx.fetch_one(InvoiceView, SELECT_INVOICE_OF_ORDER, {"order_id": order.id}):
        raise InvoiceExists
    if command.amount is not None:
        check_amount(command.amount, order.final_amount)
