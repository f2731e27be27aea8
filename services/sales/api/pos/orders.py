"""Orders as tills see them (POS, "Order Management"; contract §4)."""

from typing import Annotated, Any

from fastapi import Depends, Query, Request, Response

from libs.common.approvals import Action
from libs.common.auth.principal import Principal
from libs.common.db.listing import ListQuery
from libs.common.errors import DomainError
from libs.common.http.callers import AdminOrOwner, Staff, actor_of
from libs.common.http.described import refuses
from libs.common.http.fields import PathId
from libs.common.http.idempotency import OperationDep, idempotent
from libs.common.http.lists import list_query, reply_list
from libs.common.http.lookups import Given, looks_up
from libs.common.http.nothing import NothingIn
from libs.common.http.replies import reply
from services.sales.api.pos.authority import Approved
from services.sales.api.pos.door import POS, pos
from services.sales.api.pos.order_shapes import (
    CancellationOut,
    OrderFilterIn,
    OrderIn,
    OrderOut,
    ReviewIn,
    order_out,
)
from services.sales.deps import Deps, DepsDep
from services.sales.domain.approvals import ApprovalInvalid, ApprovalRequired
from services.sales.domain.buyers import UnknownCustomer
from services.sales.domain.folios import Folio
from services.sales.domain.layaways import OrderIsLaidAway
from services.sales.domain.lifecycles import CANCEL
from services.sales.domain.orders import (
    OnlyPendingOrdersAreCancelled,
    OrderTotalTooLarge,
    SoldOtherwise,
)
from services.sales.domain.pricing import DiscountsDiffer, ManualDiscount, by_product
from services.sales.domain.stock import Item, Shortage, StockShort, UnknownProducts
from services.sales.usecases.orders import cancelling, reading, reviewing
from services.sales.usecases.orders.attempts import is_placed_by
from services.sales.usecases.orders.cancelling import CancelOrder
from services.sales.usecases.orders.placing import PlaceOrder, find_refusals, place_order
from services.sales.usecases.orders.reading import SORTABLE, OrderFilter
from services.sales.usecases.orders.reviewing import ReviewOrder

OrdersQuery = Annotated[ListQuery, Depends(list_query(ordering=SORTABLE, search=True))]
Canceller = Annotated[Principal, actor_of(CANCEL)]
KNOWN: dict[int | str, dict[str, Any]] = {
    200: {"model": OrderOut, "description": "The order that has this `client_id` already, as it is now."}
}


async def _unknown_customer(given: Given, deps: Deps) -> list[DomainError]:
    return await find_refusals(given.get("customer"), desk=deps.desk)


@pos.post("/orders/", response_model=OrderOut, status_code=201, responses=KNOWN)
@refuses(
    StockShort((Shortage(15, "Coca Cola", available=5, requested=10),)),
    UnknownCustomer(9),
    UnknownProducts((15,)),
    OrderTotalTooLarge(),
    SoldOtherwise(),
    DiscountsDiffer(15),
    ApprovalRequired(Action.REFUND),
    ApprovalInvalid(),
)
@looks_up(_unknown_customer)
@idempotent
async def create_order(
    body: OrderIn, who: Staff, approved: Approved, deps: DepsDep, operation: OperationDep
) -> Response:
    """Create a PENDING order at today's prices and discounts. Its stock is taken, all or nothing.

    A second request with the same `client_id` answers the order of the first, as it is now, with 200.
    A discount by hand beyond the limit of an EMPLOYEE needs an approval `discount` of this `client_id`.
    """
    order = await place_order(
        PlaceOrder(
            operation=operation,
            channel=POS,
            user_id=who.user_id,
            user_name=who.username,
            customer_id=body.customer,
            items=tuple(Item(item.product_id, item.quantity) for item in body.items),
            client_id=body.client_id,
            discounts=_discounts(body),
            authority=approved.authority(deps),
        ),
        desk=deps.desk,
    )
    is_known = body.client_id is not None and not is_placed_by(operation, order.order.uuid)
    return reply(order_out(order), status=200 if is_known else 201)


@pos.get("/orders/", response_model=list[OrderOut])
async def list_orders(
    request: Request,
    who: Staff,
    deps: DepsDep,
    query: OrdersQuery,
    wanted: Annotated[OrderFilterIn, Query()],
) -> Response:
    """List the orders of the tills, newest first. `search` looks at the beginning of the folio."""
    page = await reading.list_orders(
        query,
        wanted=OrderFilter(
            channel=POS,
            status=wanted.status,
            customer_id=wanted.customer,
            payment_method=wanted.payment_method,
            date_from=wanted.date_from,
            date_to=wanted.date_to,
            folio=None if wanted.folio is None else Folio.of(wanted.folio),
            flag=wanted.flag,
            reviewed=wanted.reviewed,
        ),
        timezone=deps.settings.store_timezone,
        database=deps.database,
    )
    return reply_list(request, [order_out(order) for order in page.items], page, query)


@pos.get("/orders/{order_id}/", response_model=OrderOut)
async def find_order(order_id: PathId, who: Staff, deps: DepsDep) -> Response:
    """Read an order of the tills with its lines."""
    return reply(order_out(await reading.find_order(order_id, POS, database=deps.database)))


@pos.post("/orders/{order_id}/review/", response_model=OrderOut)
@idempotent
async def review_order(
    order_id: PathId, body: ReviewIn, who: AdminOrOwner, deps: DepsDep, operation: OperationDep
) -> Response:
    """Note that the flags of an order have been looked at."""
    order = await reviewing.review_order(
        ReviewOrder(order_id, who.user_id, body.note), database=deps.database, clock=deps.clock
    )
    return reply(order_out(order))


@pos.post("/orders/{order_id}/cancel/", response_model=CancellationOut)
@refuses(OnlyPendingOrdersAreCancelled(), OrderIsLaidAway(3))
@idempotent
async def cancel_order(
    order_id: PathId, body: NothingIn, who: Canceller, deps: DepsDep, operation: OperationDep
) -> Response:
    """Cancel a PENDING order. When this answers, its stock is back."""
    order = await cancelling.cancel_order(
        CancelOrder(operation.id, POS, order_id, who.user_id),
        database=deps.database,
        stock=deps.desk.stock,
        clock=deps.clock,
    )
    return reply(
        {
            "status": "Order cancelled",
            "detail": f"La orden {order.id} fue cancelada y el stock restaurado.",
        }
    )


def _discounts(body: OrderIn) -> dict[int, ManualDiscount]:
    """The discounts by hand; raises `DiscountsDiffer`."""
    return by_product((item.product_id, item.discount()) for item in body.items)
