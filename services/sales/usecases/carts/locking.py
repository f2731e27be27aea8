"""Locks a cart for a change, with its lines as they are then: the writers of one cart follow one another."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString

from libs.common.contracts.sales import CartChanged, CartItem
from libs.common.db.database import Transaction
from libs.common.db.json_rows import json_rows
from services.sales.domain.carts import CartItemNotFound, CartLine, CartNotFound, Quote
from services.sales.domain.shoppers import Shopper
from services.sales.domain.stock import Item
from services.sales.usecases.carts.reading import CART_COLUMNS, LineOfCart, lines_of
from services.sales.usecases.carts.views import CartView

# Both lock the row, so the lines that are read after them are the newest.
UPSERT_CART: LiteralString = f"""
insert into carts (user_id, username, version, created_at, updated_at)
values (%(user_id)s, %(username)s, 1, %(now)s, %(now)s)
on conflict (user_id) do update
set version = carts.version + 1, updated_at = %(now)s, username = excluded.username
returning {CART_COLUMNS}
"""

UPDATE_CART: LiteralString = f"""
update carts set version = version + 1, updated_at = %(now)s where user_id = %(user_id)s
returning {CART_COLUMNS}
"""

DELETE_LINES = "delete from cart_lines where cart_id = %(cart_id)s and product_id = any(%(product_ids)s)"

UPSERT_LINES = """
with written as (
    insert into cart_lines (cart_id, product_id, product_name, quantity, seen_price, added_at)
    select %(cart_id)s, product_id, product_name, quantity, seen_price, %(now)s
    from rows from (json_to_recordset(%(lines)s) as (
        product_id bigint, product_name text, quantity int, seen_price numeric
    )) with ordinality as line (product_id, product_name, quantity, seen_price, number)
    order by number
    on conflict (cart_id, product_id) do update
    set product_name = excluded.product_name, quantity = excluded.quantity, seen_price = excluded.seen_price
    returning cart_id, id, product_id, product_name, quantity, seen_price
)
select * from written order by id
"""


@dataclass(frozen=True, slots=True)
class LockedCart:
    """A cart that nobody else changes until the transaction `tx` ends, with its lines.

    Its version counts the change that is about to be made.
    """

    tx: Transaction
    cart: CartView
    lines: tuple[CartLine, ...]
    now: datetime

    @property
    def quantities(self) -> dict[int, int]:
        """The pieces in the cart by product, in its order."""
        return {line.product_id: line.quantity for line in self.lines}

    def line_of(self, product_id: int) -> CartLine:
        """The product's line; raises `CartItemNotFound`."""
        for line in self.lines:
            if line.product_id == product_id:
                return line
        raise CartItemNotFound

    async def write(
        self, items: Sequence[Item], quotes: Mapping[int, Quote], *, without: Collection[int] = ()
    ) -> tuple[CartLine, ...]:
        """Take the products `without` out, set the quantities of `items`, and tell it if anything changed.

        The written lines get today's names and prices; a product that was in the cart keeps its place.
        Returns them in the order of the cart.
        """
        if without:
            gone = {"cart_id": self.cart.id, "product_ids": list(without)}
            await self.tx.execute(DELETE_LINES, gone)
        written: tuple[CartLine, ...] = ()
        if items:
            rows = {"cart_id": self.cart.id, "now": self.now, "lines": json_rows(_rows(items, quotes))}
            written = tuple(await self.tx.fetch_all(LineOfCart, UPSERT_LINES, rows))
        self._tell(items, without)
        return written

    def _tell(self, items: Sequence[Item], without: Collection[int]) -> None:
        kept = {product: pieces for product, pieces in self.quantities.items() if product not in without}
        now_in_it = kept | {item.product_id: item.quantity for item in items}
        if now_in_it == self.quantities:
            return
        changed = CartChanged(
            cart_id=self.cart.id,
            user_id=self.cart.user_id,
            version=self.cart.version,
            items=tuple(
                CartItem(product_id=product, quantity=quantity) for product, quantity in now_in_it.items()
            ),
            changed_at=self.now,
        )
        self.tx.publish(changed, subject=f"cart/{self.cart.user_id}")


async def lock_cart_of(tx: Transaction, user_id: int, *, now: datetime) -> LockedCart:
    """The user's cart, locked; raises `CartNotFound`."""
    return await _with_lines(tx, UPDATE_CART, {"user_id": user_id, "now": now})


async def lock_or_make_cart(tx: Transaction, shopper: Shopper, *, now: datetime) -> LockedCart:
    """The shopper's cart, locked; an empty one if they had none."""
    params = {"user_id": shopper.user_id, "username": shopper.username, "now": now}
    return await _with_lines(tx, UPSERT_CART, params)


async def _with_lines(tx: Transaction, statement: LiteralString, params: Mapping[str, Any]) -> LockedCart:
    cart = await tx.fetch_one(CartView, statement, params)
    if cart is None:
        raise CartNotFound
    return LockedCart(tx, cart, await lines_of(cart.id, sql=tx), params["now"])


def _rows(items: Sequence[Item], quotes: Mapping[int, Quote]) -> Iterator[Mapping[str, object]]:
    for item in items:
        quote = quotes[item.product_id]
        yield {
            "product_id": item.product_id,
            "product_name": quote.product_name,
            "quantity": item.quantity,
            "seen_price": quote.price,
        }
