"""Changes what is in a cart. Every change of a line renews the price that its shopper has seen.

Prices and stock are asked for first; then the cart is locked, and the rules decide about what is in it at
that moment. So two additions at once add up, and none gets past a limit. A cart holds no stock.
"""

from dataclasses import dataclass
from uuid import UUID

from libs.common.db.operations import find_done, remember_done
from services.sales.domain.carts import CartHasItems, CartLine, priced, refuse_unfit
from services.sales.domain.orders import merge
from services.sales.domain.stock import Item
from services.sales.usecases.carts.desk import CartDesk, Owner, quotes_of, shopper_of
from services.sales.usecases.carts.locking import lock_cart_of, lock_or_make_cart
from services.sales.usecases.carts.views import PricedCart

ITEM_ADDED = "cart.item_added"


@dataclass(frozen=True, slots=True)
class CreateCart:
    """A cart to make for a user, with or without items. The same product twice counts together."""

    owner: Owner
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class ReplaceItems:
    """All that is to be in a user's cart. The same product twice counts together."""

    user_id: int
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class AddItem:
    """Pieces to add to a user's cart. `operation` is the same in every repeat of one request."""

    operation: UUID
    owner: Owner
    item: Item


@dataclass(frozen=True, slots=True)
class SetQuantity:
    """The pieces of a product that are to be in a user's cart."""

    user_id: int
    item: Item


async def create_cart(command: CreateCart, *, desk: CartDesk) -> PricedCart:
    """Make a cart, or fill the user's empty one.

    Raises `CartHasItems`, what `refuse_unfit` raises, `ShopperNotFound` or `Unavailable`.
    """
    shopper = await shopper_of(command.owner, shoppers=desk.shoppers)
    items = merge(command.items)
    quotes = await quotes_of((item.product_id for item in items), desk=desk)
    async with desk.database.transaction() as tx:
        locked = await lock_or_make_cart(tx, shopper, now=desk.clock())
        if locked.lines:
            raise CartHasItems
        refuse_unfit(items, quotes, lines=len(items))
        lines = await locked.write(items, quotes)
    return PricedCart(locked.cart, priced(lines, quotes))


async def replace_items(command: ReplaceItems, *, desk: CartDesk) -> PricedCart:
    """Leave nothing but these items in the cart.

    Raises `CartNotFound`, what `refuse_unfit` raises, or `Unavailable`.
    """
    items = merge(command.items)
    quotes = await quotes_of((item.product_id for item in items), desk=desk)
    async with desk.database.transaction() as tx:
        locked = await lock_cart_of(tx, command.user_id, now=desk.clock())
        refuse_unfit(items, quotes, lines=len(items))
        kept = {item.product_id for item in items}
        lines = await locked.write(items, quotes, without=locked.quantities.keys() - kept)
    return PricedCart(locked.cart, priced(lines, quotes))


async def add_item(command: AddItem, *, desk: CartDesk) -> CartLine:
    """Add pieces to those in the cart, and make the cart if the user has none. Returns the line.

    A repeat adds nothing, and returns the line as it is now. Raises what `refuse_unfit` raises,
    `ShopperNotFound` or `Unavailable`; a repeat also `CartItemNotFound`, if the line was removed meanwhile.
    """
    shopper = await shopper_of(command.owner, shoppers=desk.shoppers)
    product_id = command.item.product_id
    quotes = await quotes_of([product_id], desk=desk)
    async with desk.database.transaction() as tx:
        locked = await lock_or_make_cart(tx, shopper, now=desk.clock())
        if await find_done(tx, command.operation, did=ITEM_ADDED) is not None:
            return locked.line_of(product_id)
        before = locked.quantities
        item = Item(product_id, before.get(product_id, 0) + command.item.quantity)
        refuse_unfit([item], quotes, lines=len(before.keys() | {product_id}))
        (line,) = await locked.write([item], quotes)
        await remember_done(tx, command.operation, did=ITEM_ADDED, thing_id=line.id)
    return line


async def set_quantity(command: SetQuantity, *, desk: CartDesk) -> CartLine:
    """Set the pieces of a product that is in the cart; returns its line.

    Raises `CartNotFound`, `CartItemNotFound`, what `refuse_unfit` raises, or `Unavailable`.
    """
    quotes = await quotes_of([command.item.product_id], desk=desk)
    async with desk.database.transaction() as tx:
        locked = await lock_cart_of(tx, command.user_id, now=desk.clock())
        locked.line_of(command.item.product_id)
        refuse_unfit([command.item], quotes, lines=len(locked.lines))
        (line,) = await locked.write([command.item], quotes)
    return line


async def remove_item(user_id: int, product_id: int, *, desk: CartDesk) -> None:
    """Take a product out of the cart. Raises `CartNotFound` or `CartItemNotFound`."""
    async with desk.database.transaction() as tx:
        locked = await lock_cart_of(tx, user_id, now=desk.clock())
        locked.line_of(product_id)
        await locked.write((), {}, without=[product_id])


async def clear_cart(user_id: int, *, desk: CartDesk) -> None:
    """Take everything out of the cart; it stays, empty. Raises `CartNotFound`."""
    async with desk.database.transaction() as tx:
        locked = await lock_cart_of(tx, user_id, now=desk.clock())
        await locked.write((), {}, without=locked.quantities.keys())
