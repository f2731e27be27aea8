"""Shows carts at today's prices. Catalog is asked once for all the products of a page."""

from collections.abc import Sequence

from libs.common.db.listing import ListQuery
from libs.common.db.pages import Page
from services.sales.domain.carts import priced
from services.sales.usecases.carts.desk import CartDesk, quotes_of
from services.sales.usecases.carts.reading import find_cart_of, list_carts
from services.sales.usecases.carts.views import PricedCart, WholeCart


async def find_priced_cart(user_id: int, *, desk: CartDesk) -> PricedCart:
    """The user's cart; raises `CartNotFound`, or `Unavailable` if there is something in it to price."""
    (cart,) = await _priced([await find_cart_of(user_id, database=desk.database)], desk)
    return cart


async def list_priced_carts(query: ListQuery, *, desk: CartDesk) -> Page[PricedCart]:
    """All carts, by id. Raises `Unavailable` if there is something in them to price."""
    page = await list_carts(query, database=desk.database)
    return page.showing(await _priced(page.items, desk))


async def _priced(carts: Sequence[WholeCart], desk: CartDesk) -> list[PricedCart]:
    quotes = await quotes_of((line.product_id for whole in carts for line in whole.lines), desk=desk)
    return [PricedCart(whole.cart, priced(whole.lines, quotes)) for whole in carts]
