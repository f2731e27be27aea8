"""`/sales/invoices`: shoppers read their own, admins all of them and write (STORE 31-36)."""

from decimal import Decimal
from typing import Annotated

from fastapi import Depends, Query, Request, Response

from libs.common.db.listing import ListQuery
from libs.common.errors import Forbidden
from libs.common.http.callers import AnyUser, StoreAdmin
from libs.common.http.described import refuses
from libs.common.http.fields import PathId
from libs.common.http.idempotency import OperationDep, idempotent
from libs.common.http.lists import list_query, reply_list
from libs.common.http.replies import reply
from services.sales.api.people import person_of
from services.sales.api.store.door import store
from services.sales.api.store.examples import NO_STEP
from services.sales.api.store.invoice_shapes import (
    InvoiceChange,
    InvoiceChangedOut,
    InvoiceCreatedOut,
    InvoiceDeletedOut,
    InvoiceDetailOut,
    InvoiceFilterIn,
    InvoiceIn,
    InvoicesOut,
    InvoiceStatusIn,
    detail_out,
    invoice_out,
)
from services.sales.api.store.lists import envelope, filter_of
from services.sales.deps import Deps, DepsDep
from services.sales.domain.invoices import (
    AmountIsNotTheOrders,
    InvoiceExists,
    InvoiceNotFound,
    NotTheBuyer,
    OrderIsCancelled,
)
from services.sales.domain.orders import OrderNotFound
from services.sales.usecases.invoices import changing, creating, reading
from services.sales.usecases.invoices.changing import ChangeInvoice, DeleteInvoice
from services.sales.usecases.invoices.creating import CreateInvoice

InvoicesQuery = Annotated[ListQuery, Depends(list_query())]


@store.get("/sales/invoices", response_model=InvoicesOut)
async def list_invoices(
    request: Request,
    who: AnyUser,
    deps: DepsDep,
    query: InvoicesQuery,
    wanted: Annotated[InvoiceFilterIn, Query()],
) -> Response:
    """List the invoices, newest first: a shopper's own, or all for an admin."""
    now = deps.clock()
    page = await reading.list_invoices(
        query,
        wanted=filter_of(who, wanted.status),
        now=now,
        database=deps.database,
    )
    invoices = [invoice_out(invoice, now=now) for invoice in page.items]
    shown = envelope("total_invoices", "invoices", invoices, page)
    return reply_list(request, shown, page, query)


@store.get("/sales/invoices/{invoice_id}", response_model=InvoiceDetailOut)
@refuses(InvoiceNotFound(), Forbidden("owner"))
async def find_invoice(invoice_id: PathId, who: AnyUser, deps: DepsDep) -> Response:
    """Read an invoice with its order. Only admins may read those of others."""
    invoice = await reading.find_invoice(invoice_id, visitor=person_of(who), database=deps.database)
    return reply(detail_out(invoice, now=deps.clock()))


@store.post("/sales/invoices", response_model=InvoiceCreatedOut, status_code=201)
@refuses(
    OrderNotFound(),
    NotTheBuyer(),
    OrderIsCancelled(),
    InvoiceExists(),
    AmountIsNotTheOrders(Decimal("104.48")),
)
@idempotent
async def create_invoice(
    body: InvoiceIn, who: StoreAdmin, deps: DepsDep, operation: OperationDep
) -> Response:
    """Create the invoice of an order that has none; usually its checkout has made one."""
    invoice = await creating.create_invoice(
        CreateInvoice(
            operation=operation.id,
            order_id=body.order_id,
            user_id=body.user_id,
            status=body.status,
            due_date=body.due_date,
            amount=body.amount,
        ),
        rules=deps.desk.rules.invoices,
        database=deps.database,
        clock=deps.clock,
    )
    answer: InvoiceCreatedOut = {
        "message": "Invoice created successfully",
        "invoice": invoice_out(invoice, now=deps.clock()),
    }
    return reply(answer, status=201)


@store.put("/sales/invoices/{invoice_id}", response_model=InvoiceChangedOut)
@refuses(InvoiceNotFound(), NO_STEP, AmountIsNotTheOrders(Decimal("104.48")))
@idempotent
async def change_invoice(
    invoice_id: PathId, body: InvoiceChange, who: StoreAdmin, deps: DepsDep, operation: OperationDep
) -> Response:
    """Change some fields of an invoice, those in the body.

    The first payment of a pending order confirms it.
    """
    return await _changed(body.command(operation.id, invoice_id), "Invoice updated successfully", deps)


@store.patch("/sales/invoices/{invoice_id}/status", response_model=InvoiceChangedOut)
@refuses(InvoiceNotFound(), NO_STEP)
@idempotent
async def change_invoice_status(
    invoice_id: PathId, body: InvoiceStatusIn, who: StoreAdmin, deps: DepsDep, operation: OperationDep
) -> Response:
    """Pay or refund an invoice. The first payment of a pending order confirms it."""
    command = ChangeInvoice(operation=operation.id, invoice_id=invoice_id, status=body.status)
    return await _changed(command, "Invoice status updated successfully", deps)


@store.delete("/sales/invoices/{invoice_id}", response_model=InvoiceDeletedOut)
@refuses(InvoiceNotFound())
@idempotent
async def delete_invoice(
    invoice_id: PathId, who: StoreAdmin, deps: DepsDep, operation: OperationDep
) -> Response:
    """Delete an invoice, which keeps its number. Its order may get another."""
    command = DeleteInvoice(operation.id, invoice_id)
    await changing.delete_invoice(command, database=deps.database, clock=deps.clock)
    answer: InvoiceDeletedOut = {"message": "Invoice deleted successfully"}
    return reply(answer)


async def _changed(command: ChangeInvoice, message: str, deps: Deps) -> Response:
    invoice = await changing.change_invoice(command, database=deps.database, clock=deps.clock)
    answer: InvoiceChangedOut = {"message": message, "invoice": invoice_out(invoice, now=deps.clock())}
    return reply(answer)
