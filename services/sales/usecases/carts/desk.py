"""The dependencies of carts, and whose cart is meant."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from libs.common.clock import Clock
from libs.common.db.database import Database
from services.sales.domain.carts import Quote
from services.sales.domain.shoppers import Shopper
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
    """The user whose cart or order it is. `username` is None if somebody else acts for them, an admin."""

    user_id: int
    username: str | None


async def shopper_of(owner: Owner, *, shoppers: Shoppers) -> Shopper:
    """The owner with their name: their token's, or auth's if an admin acts for them.

    Raises `ShopperNotFound` or `Unavailable` if auth has to be asked.
    """
    if owner.username is not None:
        return Shopper(owner.user_id, owner.username)
    return await shoppers.find(owner.user_id)


async def quotes_of(product_ids: Iterable[int], *, desk: CartDesk) -> Mapping[int, Quote]:
    """Today's quotes of the products, each asked for once; catalog is not called for none.

    Raises `Unavailable`.
    """
    wanted = sorted(set(product_ids))
    return await desk.quotes.find(wanted) if wanted else {}
