"""`/sales/orders` (STORE 24-30)."""

from typing import Annotated

from fastapi import Depends, Query, Request, Response

from libs.common.db.listing import ListQuery
from libs.common.errors import Forbidden
from libs.common.http.callers import AnyUser, StoreAdmin
from libs.common.http.described import refuses
from libs.common.http.fields import PathId
from libs.common.http.idempotency import OperationDep, idempotent
from libs.common.http.lists import list_query, reply_list
from libs.common.http.nothing import NothingIn
from libs.common.http.replies import reply
from services.sales.api.people import owner_of, person_of
from services.sales.api.store.door import store
from services.sales.api.store.examples import NO_STEP, NOT_SOLD, TOO_FEW
from services.sales.api.store.lists import envelope, filter_of
from services.sales.api.store.order_answers import (
    ChangedAnswer,
    CreatedAnswer,
    DeletedAnswer,
    OrderOut,
    OrdersOut,
    changed_out,
    created_out,
    order_out,
)
from services.sales.api.store.order_shapes import OrderChange, OrderFilterIn, OrderIn, StatusIn
from services.sales.deps import DepsDep
from services.sales.domain.carts import CartChangedMeanwhile, CartIsEmpty, CartNotFound
from services.sales.domain.orders import (
    FirstStatusNotAllowed,
    OrderNotFound,
    OrderTotalTooLarge,
    ProductTwice,
    ShippedAlready,
)
from services.sales.domain.shoppers import ShopperNotFound
from services.sales.usecases.orders import calling_off, checking_out, stepping, storefront
from services.sales.usecases.orders.calling_off import CancelWebOrder
from services.sales.usecases.orders.checking_out import CheckOut
from services.sales.usecases.orders.stepping import ChangeWebOrder
from services.sales.usecases.orders.views import WebOrderView

OrdersQuery = Annotated[ListQuery, Depends(list_query())]


@store.get("/sales/orders", response_model=OrdersOut)
async def list_orders(
    request: Request,
    who: AnyUser,
    deps: DepsDep,
    query: OrdersQuery,
    wanted: Annotated[OrderFilterIn, Query()],
) -> Response:
    """List one's own orders of the web shop, newest first. An admin sees all."""
    page = await storefront.list_web_orders(
        query,
        wanted=filter_of(who, wanted.status),
        database=deps.database,
    )
    shown = envelope("total_orders", "orders", [order_out(order) for order in page.items], page)
    return reply_list(request, shown, page, query)


@store.post("/sales/orders", response_model=CreatedAnswer, status_code=201)
@refuses(
    TOO_FEW,
    NOT_SOLD,
    ProductTwice(1),
    CartNotFound(),
    CartIsEmpty(),
    CartChangedMeanwhile(),
    ShopperNotFound(),
    FirstStatusNotAllowed(),
    OrderTotalTooLarge(),
    Forbidden("owner"),
    Forbidden("role"),
)
@idempotent
async def create_order(body: OrderIn, who: AnyUser, deps: DepsDep, operation: OperationDep) -> Response:
    """Check out: order products, or all that is in a cart, at today's prices.

    The stock is taken, all or nothing, and the invoice is made with the order. A cart that changes meanwhile
    keeps what was added; if it loses something, nothing is ordered (409).
    """
    checkout = await checking_out.check_out(
        CheckOut(
            operation=operation,
            visitor=person_of(who),
            owner=owner_of(body.user_id, who),
            items=body.wanted_items(),
            cart_id=body.cart_id,
            status=body.status,
            shipping_address=body.shipping_address,
        ),
        desk=deps.desk,
        shoppers=deps.carts.shoppers,
    )
    return reply(created_out(checkout), status=201)


@store.get("/sales/orders/{order_id}", response_model=OrderOut)
@refuses(OrderNotFound(), Forbidden("owner"))
async def find_order(order_id: PathId, who: AnyUser, deps: DepsDep) -> Response:
    """Read an order of one's own with its lines; an admin reads those of others too."""
    order = await storefront.find_web_order(order_id, visitor=person_of(who), database=deps.database)
    return reply(order_out(order))


@store.put("/sales/orders/{order_id}", response_model=ChangedAnswer)
@refuses(OrderNotFound(), NO_STEP, ShippedAlready())
async def change_order(order_id: PathId, body: OrderChange, who: StoreAdmin, deps: DepsDep) -> Response:
    """Lead an order on to its next status, or change where it is sent to."""
    order = await _change(body.command(order_id), deps)
    return reply(changed_out(order, "Order updated successfully"))


@store.patch("/sales/orders/{order_id}/status", response_model=ChangedAnswer)
@refuses(OrderNotFound(), NO_STEP)
async def change_order_status(order_id: PathId, body: StatusIn, who: StoreAdmin, deps: DepsDep) -> Response:
    """Lead an order on to its next status.

    `pending` → `confirmed` → `processing` → `shipped` → `delivered`, step by step, and any → `cancelled`.
    """
    order = await _change(ChangeWebOrder(order_id, status=body.status), deps)
    return reply(changed_out(order, "Order status updated successfully"))


@store.post("/sales/orders/{order_id}/cancel", response_model=ChangedAnswer)
@refuses(OrderNotFound(), NO_STEP, Forbidden("owner"))
@idempotent
async def cancel_order(
    order_id: PathId, body: NothingIn, who: AnyUser, deps: DepsDep, operation: OperationDep
) -> Response:
    """Cancel an order of one's own until it is shipped; an admin cancels any order.

    When this answers, what was not shipped is back in stock; shipped goods come back by a return. A paid
    invoice is refunded, an open one cancelled.
    """
    order = await calling_off.cancel_web_order(
        CancelWebOrder(operation.id, order_id, person_of(who)),
        database=deps.database,
        stock=deps.desk.stock,
        clock=deps.clock,
    )
    return reply(changed_out(order, "Order cancelled successfully"))


@store.delete("/sales/orders/{order_id}", response_model=DeletedAnswer)
@refuses(OrderNotFound())
async def delete_order(order_id: PathId, who: StoreAdmin, deps: DepsDep) -> Response:
    """Delete an order; its stock and its invoice are as after cancelling it."""
    await calling_off.delete_web_order(
        order_id, database=deps.database, stock=deps.desk.stock, clock=deps.clock
    )
    answer: DeletedAnswer = {"message": "Order deleted successfully"}
    return reply(answer)


async def _change(command: ChangeWebOrder, deps: DepsDep) -> WebOrderView:
    return await stepping.change_web_order(
        command, database=deps.database, stock=deps.desk.stock, clock=deps.clock
    )
