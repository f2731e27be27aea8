"""Returns at the till: goods of a paid order come back, and their money is given back (contract §8.3)."""

from decimal import Decimal
from typing import Annotated

from fastapi import Depends, Query, Request, Response

from libs.common.approvals import Action
from libs.common.auth.principal import Principal
from libs.common.db.listing import ListQuery
from libs.common.drawers import WITHOUT_DRAWER
from libs.common.http.callers import AdminOrOwner, Staff, actor_of
from libs.common.http.described import refuses
from libs.common.http.fields import PathId
from libs.common.http.idempotency import OperationDep, idempotent
from libs.common.http.lists import list_query, reply_list
from libs.common.http.lookups import looks_up
from libs.common.http.replies import reply
from services.sales.api.people import person_of
from services.sales.api.pos.authority import Approved
from services.sales.api.pos.door import pos
from services.sales.api.pos.drawers import no_drawer, till_of
from services.sales.api.pos.return_shapes import (
    PayoutIn,
    PreviewOut,
    ReturnFilterIn,
    ReturnIn,
    ReturnOut,
    preview_out,
    return_out,
)
from services.sales.deps import Deps, DepsDep
from services.sales.domain.approvals import ApprovalInvalid, ApprovalRequired
from services.sales.domain.folios import Folio
from services.sales.domain.lifecycles import FINISH_REFUND
from services.sales.domain.refunds import RefundBeyondTender, RefundsDoNotAddUp
from services.sales.domain.returns import TooManyReturned
from services.sales.domain.till_returns import (
    CreditPaidOff,
    NothingToPayOut,
    OnlyPaidOrdersAreReturned,
    ReturnPeriodOver,
)
from services.sales.usecases.orders.reading import find_order
from services.sales.usecases.till_returns import reading
from services.sales.usecases.till_returns.paying_out import PayOut, pay_out
from services.sales.usecases.till_returns.previewing import preview_return
from services.sales.usecases.till_returns.reading import TillReturnFilter
from services.sales.usecases.till_returns.steps import TakeBack
from services.sales.usecases.till_returns.taking import take_back

ReturnsQuery = Annotated[ListQuery, Depends(list_query(ordering=("id", "created_at")))]
Receiver = Annotated[Principal, actor_of(FINISH_REFUND)]

TOO_MANY = TooManyReturned(product_id=15, product_name="Coca Cola", returnable=1, requested=2)
REFUSALS = (
    OnlyPaidOrdersAreReturned(),
    ReturnPeriodOver(30),
    TOO_MANY,
    RefundsDoNotAddUp(given=Decimal(90), due=Decimal(100)),
    RefundBeyondTender(payment_method="CARD", left=Decimal(40), requested=Decimal(50)),
    CreditPaidOff(),
)


@pos.post("/orders/{order_id}/returns/", response_model=ReturnOut, status_code=201)
@refuses(
    *REFUSALS,
    ApprovalRequired(Action.REFUND),
    ApprovalInvalid(),
    *WITHOUT_DRAWER,
)
@looks_up(no_drawer)
@idempotent
async def return_goods(
    *,
    order_id: PathId,
    body: ReturnIn,
    who: Receiver,
    approved: Approved,
    deps: DepsDep,
    operation: OperationDep,
) -> Response:
    """Take goods of a PAID order back, and give their money back. When this answers, they are in stock again.

    After a 503 points and credit may still be given back: repeat it with the same `Idempotency-Key`, or read
    the order's returns: within a minute the return is there, or the goods can be returned again.
    """
    command = TakeBack(
        operation=operation.id,
        wanted=body.wanted(order_id, person_of(who)),
        authority=approved.authority(deps),
        till=till_of(who, body.register_id, deps),
    )
    return reply(return_out(await take_back(command, desk=deps.returns)), status=201)


@pos.post("/orders/{order_id}/returns/preview/", response_model=PreviewOut)
@refuses(*REFUSALS)
@idempotent
async def preview_till_return(
    order_id: PathId, body: ReturnIn, who: Staff, deps: DepsDep, operation: OperationDep
) -> Response:
    """Preview what a return would give back, and how; nothing is done.

    With an `Idempotency-Key` it is the preview of the first request (contract §8: every POST takes one).
    """
    wanted = body.wanted(order_id, person_of(who))
    return reply(preview_out(await preview_return(wanted, desk=deps.returns), wanted))


@pos.get("/orders/{order_id}/returns/", response_model=list[ReturnOut])
async def list_returns_of_order(
    request: Request, order_id: PathId, who: Staff, deps: DepsDep, query: ReturnsQuery
) -> Response:
    """List the returns of an order of the tills, newest first."""
    await find_order(order_id, "POS", database=deps.database)
    return await _list(request, deps, query, TillReturnFilter(order_id=order_id))


@pos.get("/returns/", response_model=list[ReturnOut])
async def list_till_returns(
    request: Request,
    who: Staff,
    deps: DepsDep,
    query: ReturnsQuery,
    wanted: Annotated[ReturnFilterIn, Query()],
) -> Response:
    """List the returns at the tills, newest first."""
    return await _list(
        request,
        deps,
        query,
        TillReturnFilter(
            order_status=wanted.status,
            customer_id=wanted.customer,
            payment_method=wanted.payment_method,
            date_from=wanted.date_from,
            date_to=wanted.date_to,
            folio=None if wanted.folio is None else Folio.of(wanted.folio),
        ),
    )


@pos.get("/returns/{return_id}/", response_model=ReturnOut)
async def find_till_return(return_id: PathId, who: Staff, deps: DepsDep) -> Response:
    """Read a return at a till."""
    return reply(return_out(await reading.find_till_return(return_id, database=deps.database)))


@pos.post("/returns/{return_id}/payout/", response_model=ReturnOut)
@refuses(NothingToPayOut(), *WITHOUT_DRAWER)
@looks_up(no_drawer)
@idempotent
async def pay_out_return(
    return_id: PathId, body: PayoutIn, who: AdminOrOwner, deps: DepsDep, operation: OperationDep
) -> Response:
    """Pay out in cash what is left of a return that was exchanged. ADMIN and OWNER only."""
    till = till_of(who, body.register_id, deps)
    return reply(return_out(await pay_out(PayOut(operation.id, return_id, till), desk=deps.returns)))


async def _list(request: Request, deps: Deps, query: ListQuery, wanted: TillReturnFilter) -> Response:
    page = await reading.list_till_returns(
        query, wanted=wanted, timezone=deps.settings.store_timezone, database=deps.database
    )
    return reply_list(request, [return_out(returned) for returned in page.items], page, query)
