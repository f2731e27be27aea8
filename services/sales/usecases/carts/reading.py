"""Reads carts as they are stored, without today's prices."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import LiteralString

from libs.common.db.database import Database, Sql
from libs.common.db.listing import ListQuery
from libs.common.db.pages import Listing, Page
from services.sales.domain.carts import CartLine, CartNotFound
from services.sales.usecases.carts.views import CartView, WholeCart

CART_COLUMNS: LiteralString = "id, user_id, username, version, created_at, updated_at"

SELECT_CARTS: LiteralString = f"select {CART_COLUMNS} from carts"

SELECT_CART_OF_USER: LiteralString = SELECT_CARTS + " where user_id = %(user_id)s"

SELECT_CART: LiteralString = SELECT_CARTS + " where id = %(id)s"

SELECT_LINES = """
select cart_id, id, product_id, product_name, quantity, seen_price
from cart_lines where cart_id = any(%(cart_ids)s) order by cart_id, id
"""

CART_LIST = Listing(row=CartView, rows=SELECT_CARTS, counted="carts", columns={"id": "id"})


@dataclass(frozen=True, slots=True)
class LineOfCart(CartLine):
    """A line with the id of its cart."""

    cart_id: int


async def find_cart_of(user_id: int, *, database: Database) -> WholeCart:
    """The user's cart; raises `CartNotFound`."""
    return await _whole(
        await database.fetch_one(CartView, SELECT_CART_OF_USER, {"user_id": user_id}), database
    )


async def find_cart(cart_id: int, *, database: Database) -> WholeCart:
    """The cart with this id, of whichever user; raises `CartNotFound`.

    Its version is not newer than its lines: a checkout that names this version takes nothing if the lines
    have changed since.
    """
    return await _whole(await database.fetch_one(CartView, SELECT_CART, {"id": cart_id}), database)


async def list_carts(query: ListQuery, *, database: Database) -> Page[WholeCart]:
    """All carts with their lines, by id."""
    page = await CART_LIST.read(query, [], {}, database=database)
    return page.showing(await _with_lines(page.items, database))


async def lines_of(cart_id: int, *, sql: Sql | Database) -> tuple[CartLine, ...]:
    """The lines of a cart, in the order in which they were added."""
    return tuple(await sql.fetch_all(LineOfCart, SELECT_LINES, {"cart_ids": [cart_id]}))


async def _whole(cart: CartView | None, database: Database) -> WholeCart:
    if cart is None:
        raise CartNotFound
    return (await _with_lines([cart], database))[0]


async def _with_lines(carts: Sequence[CartView], database: Database) -> list[WholeCart]:
    lines: dict[int, list[CartLine]] = defaultdict(list)
    if carts:
        cart_ids = [cart.id for cart in carts]
        for line in await database.fetch_all(LineOfCart, SELECT_LINES, {"cart_ids": cart_ids}):
            lines[line.cart_id].append(line)
    return [WholeCart(cart, tuple(lines[cart.id])) for cart in carts]
