"""Changes and deletes invoices, for admins."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import LiteralString
from uuid import UUID

from libs.common.clock import Clock
from libs.common.db.database import Database, Transaction
from libs.common.db.operations import remember_once
from libs.common.lifecycle import Actor, Step
from libs.common.unset import UNSET, Unset
from services.sales.domain.invoices import check_amount, shown_status
from services.sales.domain.lifecycles import INVOICES, StepNotAllowed
from services.sales.usecases.invoices.locking import lock_invoice
from services.sales.usecases.invoices.paying import take_invoice_step
from services.sales.usecases.invoices.telling import CHANGED_COLUMNS, tell_change
from services.sales.usecases.invoices.views import ChangedInvoice, InvoiceView

INVOICE_CHANGED = "invoice.changed"
INVOICE_DELETED = "invoice.deleted"

UPDATE_DUE_DATE: LiteralString = f"""
update invoices set due_date = %(due_date)s from orders
where invoices.id = %(id)s and orders.id = order_id returning {CHANGED_COLUMNS}
"""

UPDATE_TO_DELETED: LiteralString = f"""
update invoices set deleted_at = %(now)s from orders
where invoices.id = %(id)s and orders.id = order_id returning {CHANGED_COLUMNS}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeInvoice:
    """The members of an invoice to change; what is not given stays. The amount can only be what it is.

    `operation` is the same in every repeat of one request.
    """

    operation: UUID
    invoice_id: int
    status: str | Unset = UNSET
    amount: Decimal | Unset = UNSET
    due_date: datetime | Unset = UNSET


@dataclass(frozen=True, slots=True)
class DeleteInvoice:
    """An invoice to delete. `operation` is the same in every repeat of one request."""

    operation: UUID
    invoice_id: int


async def change_invoice(command: ChangeInvoice, *, database: Database, clock: Clock) -> InvoiceView:
    """Set the due date and take the step to the given status, both or neither; published once.

    A repeat changes nothing, and returns the invoice as it is now.
    Raises `InvoiceNotFound`, `AmountIsNotTheOrders` or `StepNotAllowed`.
    """
    now = clock()
    async with database.transaction() as tx:
        is_first = await remember_once(
            tx, command.operation, did=INVOICE_CHANGED, thing_id=command.invoice_id
        )
        invoice, order = await lock_invoice(tx, command.invoice_id)
        if not is_first:
            return invoice
        if not isinstance(command.amount, Unset):
            check_amount(command.amount, invoice.amount)
        step = None if isinstance(command.status, Unset) else _step(invoice, command.status, now)
        if not isinstance(command.due_date, Unset):
            changed = await _change(tx, UPDATE_DUE_DATE, invoice.id, due_date=command.due_date)
            if step is None:
                tell_change(tx, changed, now=now)
            invoice = changed
        if step:
            invoice = await take_invoice_step(tx, invoice.id, order, step, now=now)
    return invoice


async def delete_invoice(command: DeleteInvoice, *, database: Database, clock: Clock) -> None:
    """Delete the invoice, which keeps its number; its order may get another.

    Raises `InvoiceNotFound`, also if it was deleted before, unless by this operation.
    """
    now = clock()
    async with database.transaction() as tx:
        if await remember_once(tx, command.operation, did=INVOICE_DELETED, thing_id=command.invoice_id):
            invoice, _ = await lock_invoice(tx, command.invoice_id)
            deleted = await _change(tx, UPDATE_TO_DELETED, invoice.id, now=now)
            tell_change(tx, deleted, now=now)


def _step(invoice: InvoiceView, wanted: str, now: datetime) -> Step:
    step = INVOICES.step(invoice.status, wanted, by=Actor.ADMIN)
    if step is None:
        raise StepNotAllowed(shown_status(invoice.status, due_date=invoice.due_date, now=now), wanted)
    return step


async def _change(
    tx: Transaction, statement: LiteralString, invoice_id: int, **members: object
) -> ChangedInvoice:
    changed = await tx.fetch_one(ChangedInvoice, statement, {"id": invoice_id, **members})
    assert changed, f"invoice {invoice_id} is locked and not deleted"
    return changed
