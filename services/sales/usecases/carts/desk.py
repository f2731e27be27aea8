"""The dependencies of carts, and whose cart is meant."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from libs.common.clock import Clock
from libs.common.db.database import Database
from services.sales.domain.carts import CartNotFound, Quote
from services.sales.domain.shoppers import Shopper
from services.sales.domain.stock import Item
from services.sales.usecases.carts.reading import find_cart_of
from services.sales.usecases.ports import Quotes, Shoppers


@dataclass(frozen=True, slots=True)
class CartDesk:
    """The dependencies of carts. `clock` dates the changes."""

    database: Database
    quotes: Quotes
    shoppers: Shoppers
    clock: Clock


@dataclass(frozen=True, slots=True)
class Owner:
    """The user whose cart is changed. `username` is None if somebody else acts for them, an admin."""

    user_id: int
    username: str | None


async def shopper_of(owner: Owner, *, desk: CartDesk) -> Shopper:
    """The owner with their name: from their token, from their cart, or from auth, in this order.

    Raises `ShopperNotFound` or `Unavailable` if auth has to be asked.
    """
    if owner.username is not None:
        return Shopper(owner.user_id, owner.username)
    try:
        whole = await find_cart_of(owner.user_id, database=desk.database)
    except CartNotFound:
        return await desk.shoppers.find(owner.user_id)
    return Shopper(owner.user_id, whole.cart.username)


async def quotes_of(items: Iterable[Item], *, desk: CartDesk) -> Mapping[int, Quote]:
    """Today's quotes of the items; for none nobody is asked. Raises `Unavailable`."""
    product_ids = [item.product_id for item in items]
    return await desk.quotes.find(product_ids) if product_ids else {}
