"""Checks out in the web store: places an order of given products, or of what lies in a cart.

It is the saga of the till (`placing.py`). The order's statement also makes the invoice, and takes what was
bought out of the cart; if the cart has changed meanwhile, it is read again before the next try.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from libs.common.contracts.sales import Channel
from libs.common.db.operations import Operation
from libs.common.errors import Forbidden
from services.sales.domain.carts import CartChangedMeanwhile, CartIsEmpty
from services.sales.domain.orders import check_first_status, refuse_twice
from services.sales.domain.people import Person
from services.sales.domain.stock import Item, StockShort
from services.sales.usecases.carts.desk import Owner, shopper_of
from services.sales.usecases.carts.reading import find_cart
from services.sales.usecases.carts.views import CartView
from services.sales.usecases.invoices.reading import find_invoice_of
from services.sales.usecases.invoices.views import InvoiceView
from services.sales.usecases.orders.desk import OrderDesk
from services.sales.usecases.orders.placing import PlaceOrder, place_new_order, placed_once
from services.sales.usecases.orders.recording import CheckoutTerms
from services.sales.usecases.orders.views import WholeOrder
from services.sales.usecases.ports import Shoppers

WEB: Channel = "WEB"


@dataclass(frozen=True, slots=True)
class CheckOut:
    """A checkout for its owner, of `items` or else of the cart `cart_id`.

    The visitor is the person who asks for it: the owner, or an admin for them.
    """

    operation: Operation
    visitor: Person
    owner: Owner
    items: Sequence[Item]
    cart_id: int | None
    status: str
    shipping_address: str | None


@dataclass(frozen=True, slots=True)
class Checkout:
    """The result of a checkout. A repeat may find no invoice, if an admin has deleted it meanwhile."""

    placed: WholeOrder
    shipping_address: str | None
    invoice: InvoiceView | None


async def check_out(command: CheckOut, *, desk: OrderDesk, shoppers: Shoppers) -> Checkout:
    """Take the stock, and commit the order with its invoice and the cart without what was bought; or nothing.

    Raises `Forbidden` for somebody else's account or cart, and what `check_first_status`, `refuse_twice` and
    `place_new_order` raise; `ShopperNotFound`, `CartNotFound` or `CartIsEmpty`.
    A repeat returns the order that stands.
    """
    command.visitor.check_own(command.owner.user_id)
    check_first_status(command.status, command.visitor)
    refuse_twice(command.items)

    async def place() -> WholeOrder:
        shopper = await shopper_of(command.owner, shoppers=shoppers)
        cart, items = await _what_is_bought(command, desk)
        order = PlaceOrder(
            operation=command.operation,
            channel=WEB,
            user_id=shopper.user_id,
            user_name=shopper.username,
            customer_id=None,
            items=tuple(items),
            checkout=CheckoutTerms(command.status, command.shipping_address, cart, desk.rules.invoices),
        )
        try:
            return await place_new_order(order, desk=desk)
        except (StockShort, CartChangedMeanwhile):
            # Another checkout may have taken all that was in the cart.
            await _what_is_bought(command, desk)
            raise

    placed = await placed_once(command.operation, WEB, place, desk=desk)
    invoice = await find_invoice_of(placed.order.id, database=desk.database)
    return Checkout(placed, command.shipping_address, invoice)


async def _what_is_bought(command: CheckOut, desk: OrderDesk) -> tuple[CartView | None, Sequence[Item]]:
    """The cart that is checked out, if it is one, and the items."""
    if command.cart_id is None:
        return None, command.items
    found = await find_cart(command.cart_id, database=desk.database)
    if found.cart.user_id != command.owner.user_id:
        raise Forbidden("owner")
    if not found.lines:
        raise CartIsEmpty
    return found.cart, [Item(line.product_id, line.quantity) for line in found.lines]
