"""`/sales/carts`: shoppers see and change their own cart, admins every cart (STORE 16-23)."""

from typing import Annotated

from fastapi import Depends, Request, Response

from libs.common.auth.principal import Principal
from libs.common.db.listing import ListQuery
from libs.common.errors import Forbidden
from libs.common.http.callers import AnyUser
from libs.common.http.described import refuses
from libs.common.http.fields import PathId
from libs.common.http.idempotency import OperationDep, idempotent
from libs.common.http.lists import list_query, reply_list
from libs.common.http.replies import reply
from services.sales.api.people import owner_of, person_of
from services.sales.api.store.cart_shapes import (
    CartAnswer,
    CartIn,
    CartItemAnswer,
    CartItemsIn,
    CartMessage,
    CartOut,
    CartsOut,
    QuantityIn,
    cart_item_out,
    cart_out,
    cart_row_out,
    items_of,
)
from services.sales.api.store.door import store
from services.sales.api.store.examples import NOT_SOLD, TOO_FEW
from services.sales.api.store.lists import envelope
from services.sales.deps import DepsDep
from services.sales.domain.carts import (
    CartFull,
    CartHasItems,
    CartItemNotFound,
    CartLineFull,
    CartNotFound,
)
from services.sales.domain.shoppers import ShopperNotFound
from services.sales.domain.stock import Item
from services.sales.usecases.carts import changing, pricing
from services.sales.usecases.carts.changing import AddItem, CreateCart, ReplaceItems, SetQuantity

CartsQuery = Annotated[ListQuery, Depends(list_query())]


async def _own_or_admin(user_id: PathId, who: AnyUser) -> Principal:
    person_of(who).check_own(user_id)
    return who


OwnOrAdmin = Annotated[Principal, Depends(_own_or_admin)]
"""The user of the cart in the path, or an admin; checked before the body is read."""


@store.get("/sales/carts", response_model=CartsOut | CartOut)
@refuses(CartNotFound())
async def list_carts(request: Request, who: AnyUser, query: CartsQuery, deps: DepsDep) -> Response:
    """List all carts by id, for an admin; for others the answer is their own cart.

    A user who never had a cart gets 404, as from the cart's own path.
    """
    if not who.is_admin:
        return reply(cart_out(await pricing.find_priced_cart(who.user_id, desk=deps.carts)))
    page = await pricing.list_priced_carts(query, desk=deps.carts)
    shown = [cart_row_out(cart) for cart in page.items]
    return reply_list(request, envelope("total_carts", "carts", shown, page), page, query)


@store.post("/sales/carts", response_model=CartAnswer, status_code=201)
@refuses(CartHasItems(), TOO_FEW, CartLineFull(3), NOT_SOLD, ShopperNotFound(), Forbidden("owner"))
async def create_cart(body: CartIn, who: AnyUser, deps: DepsDep) -> Response:
    """Create a user's cart, or fill their empty one. A cart holds no stock."""
    person_of(who).check_own(body.user_id)
    command = CreateCart(owner_of(body.user_id, who), items_of(body))
    cart = await changing.create_cart(command, desk=deps.carts)
    answer: CartAnswer = {"message": "Cart created successfully", "cart": cart_out(cart)}
    return reply(answer, status=201)


@store.get("/sales/carts/{user_id}", response_model=CartOut)
@refuses(CartNotFound(), Forbidden("owner"))
async def find_cart(user_id: PathId, who: OwnOrAdmin, deps: DepsDep) -> Response:
    """Read a user's cart at today's prices, with its problems."""
    return reply(cart_out(await pricing.find_priced_cart(user_id, desk=deps.carts)))


@store.put("/sales/carts/{user_id}", response_model=CartAnswer)
@refuses(TOO_FEW, CartLineFull(3), CartNotFound(), NOT_SOLD, Forbidden("owner"))
async def replace_cart_items(user_id: PathId, body: CartItemsIn, who: OwnOrAdmin, deps: DepsDep) -> Response:
    """Replace all that is in a user's cart."""
    cart = await changing.replace_items(ReplaceItems(user_id, items_of(body)), desk=deps.carts)
    answer: CartAnswer = {"message": "Cart updated successfully", "cart": cart_out(cart)}
    return reply(answer)


@store.delete("/sales/carts/{user_id}", response_model=CartMessage)
@refuses(CartNotFound(), Forbidden("owner"))
async def clear_cart(user_id: PathId, who: OwnOrAdmin, deps: DepsDep) -> Response:
    """Take everything out of a user's cart. The empty cart stays."""
    await changing.clear_cart(user_id, desk=deps.carts)
    answer: CartMessage = {"message": "Cart cleared successfully"}
    return reply(answer)


@store.post("/sales/carts/{user_id}/items/{product_id}", response_model=CartItemAnswer, status_code=201)
@refuses(
    TOO_FEW,
    CartLineFull(3),
    CartFull(),
    NOT_SOLD,
    CartItemNotFound(),
    ShopperNotFound(),
    Forbidden("owner"),
)
@idempotent
async def add_cart_item(
    user_id: PathId,
    product_id: PathId,
    body: QuantityIn,
    who: OwnOrAdmin,
    deps: DepsDep,
    operation: OperationDep,
) -> Response:
    """Add pieces of a product to a user's cart. Without a cart one is made."""
    line = await changing.add_item(
        AddItem(operation.id, owner_of(user_id, who), Item(product_id, body.quantity)), desk=deps.carts
    )
    answer: CartItemAnswer = {"message": "Item added to cart", "cart_item": cart_item_out(line)}
    return reply(answer, status=201)


@store.put("/sales/carts/{user_id}/items/{product_id}", response_model=CartItemAnswer)
@refuses(TOO_FEW, CartNotFound(), CartItemNotFound(), NOT_SOLD, Forbidden("owner"))
async def set_cart_item(
    user_id: PathId, product_id: PathId, body: QuantityIn, who: OwnOrAdmin, deps: DepsDep
) -> Response:
    """Set the pieces of a product that is in a user's cart."""
    line = await changing.set_quantity(SetQuantity(user_id, Item(product_id, body.quantity)), desk=deps.carts)
    answer: CartItemAnswer = {"message": "Cart item updated", "cart_item": cart_item_out(line)}
    return reply(answer)


@store.delete("/sales/carts/{user_id}/items/{product_id}", response_model=CartMessage)
@refuses(CartNotFound(), CartItemNotFound(), Forbidden("owner"))
async def remove_cart_item(user_id: PathId, product_id: PathId, who: OwnOrAdmin, deps: DepsDep) -> Response:
    """Take a product out of a user's cart, however many pieces of it."""
    await changing.remove_item(user_id, product_id, desk=deps.carts)
    answer: CartMessage = {"message": "Item removed from cart"}
    return reply(answer)
