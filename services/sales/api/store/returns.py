"""`/sales/returns`: buyers ask to return what they bought, admins decide (STORE 37-42)."""

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
from services.sales.api.store.lists import envelope, filter_of
from services.sales.api.store.return_shapes import (
    ReturnChange,
    ReturnChangedAnswer,
    ReturnCreatedAnswer,
    ReturnDeletedAnswer,
    ReturnFilterIn,
    ReturnIn,
    ReturnOut,
    ReturnsOut,
    ReturnStatusIn,
    changed_out,
    created_out,
    return_out,
)
from services.sales.deps import Deps, DepsDep
from services.sales.domain.lifecycles import WebStatus
from services.sales.domain.orders import OrderNotFound, ProductTwice
from services.sales.domain.returns import (
    OrderNotReturnable,
    ProductNotInOrder,
    ProductNotInReturn,
    RefundTooLarge,
    ReturnIsClosed,
    ReturnNotFound,
    TooManyReturned,
)
from services.sales.usecases.returns import changing, reading, requesting
from services.sales.usecases.returns.changing import ChangeReturn, DeleteReturn
from services.sales.usecases.returns.requesting import RequestReturn
from services.sales.usecases.returns.views import ReturnView

ReturnsQuery = Annotated[ListQuery, Depends(list_query())]

NAME = "Premium Dog Food 15kg"
TOO_MANY = TooManyReturned(product_id=1, product_name=NAME, returnable=1, requested=2)
TOO_DEAR = RefundTooLarge(product_id=1, product_name=NAME, paid=Decimal("45.99"))


@store.get("/sales/returns", response_model=ReturnsOut)
async def list_returns(
    request: Request,
    who: AnyUser,
    deps: DepsDep,
    query: ReturnsQuery,
    wanted: Annotated[ReturnFilterIn, Query()],
) -> Response:
    """List the returns, newest first: a shopper's own, or all for an admin."""
    page = await reading.list_returns(
        query,
        wanted=filter_of(who, wanted.status),
        database=deps.database,
    )
    shown = [return_out(whole, with_notes=who.is_admin) for whole in page.items]
    return reply_list(request, envelope("total_returns", "returns", shown, page), page, query)


@store.get("/sales/returns/{return_id}", response_model=ReturnOut)
@refuses(ReturnNotFound(), Forbidden("owner"))
async def find_return(return_id: PathId, who: AnyUser, deps: DepsDep) -> Response:
    """Read a return. Only admins may read those of others."""
    whole = await reading.find_return(return_id, visitor=person_of(who), database=deps.database)
    return reply(return_out(whole, with_notes=who.is_admin))


@store.post("/sales/returns", response_model=ReturnCreatedAnswer, status_code=201)
@refuses(
    OrderNotFound(),
    Forbidden("owner"),
    Forbidden("role"),
    OrderNotReturnable(WebStatus.PENDING),
    ProductTwice(1),
    ProductNotInOrder(9),
    TOO_MANY,
    TOO_DEAR,
)
@idempotent
async def request_return(body: ReturnIn, who: AnyUser, deps: DepsDep, operation: OperationDep) -> Response:
    """Ask to return pieces of an order: those that no other return has.

    A return that is rejected or deleted before it is processed gives its pieces back.
    """
    whole = await requesting.request_return(
        RequestReturn(
            operation=operation.id,
            order_id=body.order_id,
            items=tuple(item.item() for item in body.items),
            visitor=person_of(who),
            status=body.status,
        ),
        database=deps.database,
        stock=deps.desk.stock,
        clock=deps.clock,
    )
    return reply(created_out(whole), status=201)


@store.put("/sales/returns/{return_id}", response_model=ReturnChangedAnswer)
@refuses(ReturnNotFound(), NO_STEP, ReturnIsClosed(), ProductNotInReturn(9))
@idempotent
async def change_return(
    return_id: PathId, body: ReturnChange, who: StoreAdmin, deps: DepsDep, operation: OperationDep
) -> Response:
    """Lead a return on to its next status, add notes, or say where its goods go.

    When a `processed` return is answered, its goods are back.
    """
    view = await _change(body.command(operation.id, return_id), deps)
    return reply(changed_out(view, "Return updated successfully"))


@store.patch("/sales/returns/{return_id}/status", response_model=ReturnChangedAnswer)
@refuses(ReturnNotFound(), NO_STEP)
@idempotent
async def change_return_status(
    return_id: PathId, body: ReturnStatusIn, who: StoreAdmin, deps: DepsDep, operation: OperationDep
) -> Response:
    """Lead a return on to its next status.

    `requested` → `approved` or `rejected`, `approved` → `processed`. When a `processed` return is
    answered, its goods are back. The invoice is refunded when all that was bought has come back.
    """
    command = ChangeReturn(operation=operation.id, return_id=return_id, status=body.status)
    view = await _change(command, deps)
    return reply(changed_out(view, "Return status updated successfully"))


@store.delete("/sales/returns/{return_id}", response_model=ReturnDeletedAnswer)
@refuses(ReturnNotFound())
@idempotent
async def delete_return(
    return_id: PathId, who: StoreAdmin, deps: DepsDep, operation: OperationDep
) -> Response:
    """Delete a return. What has come back with it stays back."""
    command = DeleteReturn(operation.id, return_id)
    await changing.delete_return(command, database=deps.database, clock=deps.clock)
    answer: ReturnDeletedAnswer = {"message": "Return deleted successfully"}
    return reply(answer)


async def _change(command: ChangeReturn, deps: Deps) -> ReturnView:
    return await changing.change_return(
        command, database=deps.database, stock=deps.desk.stock, clock=deps.clock
    )
