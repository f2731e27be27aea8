"""The shapes of carts (STORE 16-23). Money is a number."""

from typing import Annotated, NotRequired

from pydantic import Field
from typing_extensions import TypedDict  # pydantic requires this TypedDict before Python 3.12

from libs.common.clock import iso_utc
from libs.common.http.described import TimeText, described, example
from libs.common.http.fields import ID, Choice, Integer, Many, Shape
from libs.common.http.replies import money_number
from services.sales.domain.carts import (
    CART_LINE_QUANTITY_MAX,
    CART_LINES_MAX,
    CartLine,
    CartProblem,
    PricedCartLine,
    ProblemCode,
)
from services.sales.domain.stock import Item
from services.sales.usecases.carts.views import PricedCart

PIECES = Integer(ge=1, le=CART_LINE_QUANTITY_MAX)

FOOD_SHOWN = {
    "id": 1,
    "product_id": 1,
    "product_name": "Premium Dog Food 15kg",
    "quantity": 2,
    "unit_price": 45.99,
    "amount": 91.98,
    "available": True,
}
CART_SHOWN = {
    "id": 1,
    "user_id": 1,
    "username": "johndoe",
    "items": [FOOD_SHOWN],
    "total": 91.98,
    "item_count": 2,
    "problems": [
        {
            "product_id": 1,
            "product_name": "Premium Dog Food 15kg",
            "code": "price_changed",
            "seen_price": 49.99,
        }
    ],
    "created_at": "2025-10-16T20:00:00Z",
    "updated_at": "2025-10-16T20:05:00Z",
}
CART_WRITTEN = {**CART_SHOWN, "problems": []}
ITEM_SHOWN = {"id": 3, "product_id": 3, "quantity": 2, "unit_price": 17.99}


class CartItemIn(Shape):
    """Pieces of a product."""

    product_id: Annotated[int, ID]
    quantity: Annotated[int, PIECES]
    """Pieces; at most 50 of a product fit into a cart."""


@example({"user_id": 1, "items": [{"product_id": 1, "quantity": 2}]})
class CartIn(Shape):
    """A cart to create. Without `items` it is empty."""

    user_id: Annotated[int, ID]
    """The user whose cart it is: oneself, or for admins any user."""
    items: Annotated[list[CartItemIn], Many(min_items=1, max_items=CART_LINES_MAX)] = Field(
        default_factory=list
    )
    """A product may come twice: its pieces are added up."""


@example({"items": [{"product_id": 1, "quantity": 3}, {"product_id": 2, "quantity": 1}]})
class CartItemsIn(Shape):
    """All that is to be in the cart."""

    items: Annotated[list[CartItemIn], Many(max_items=CART_LINES_MAX)]
    """A product may come twice: its pieces are added up. None: the cart is empty afterwards."""


@example({"quantity": 2})
class QuantityIn(Shape):
    """A number of pieces."""

    quantity: Annotated[int, PIECES]
    """Pieces; at most 50 of a product fit into a cart."""


@described
class CartLineOut(TypedDict):
    """A product in a cart, at today's price."""

    id: int
    product_id: int
    product_name: str
    quantity: int
    """Pieces."""
    unit_price: float
    """What one piece costs now, tax included; the price last seen if it is not available."""
    amount: float
    """`unit_price` times `quantity`."""
    available: bool
    """False if the product is not sold any more: then it does not count for `total`, and cannot be bought."""


@described
class CartProblemOut(TypedDict):
    """What a shopper should know of a product in the cart before checking out."""

    product_id: int
    product_name: str
    code: Annotated[str, Choice(*ProblemCode)]
    """`price_changed` since the line was written, `insufficient_stock`, or `unavailable`."""
    seen_price: NotRequired[float]
    """With `price_changed`: what one piece cost when the line was last written."""
    available: NotRequired[int]
    """With `insufficient_stock`: the pieces that there are."""


@example(CART_SHOWN)
class CartOut(TypedDict):
    """A cart at today's prices. It holds no stock."""

    id: int
    user_id: int
    username: str
    """The name of its user; a later rename shows once they add something, or an admin does."""
    items: list[CartLineOut]
    """A line for each product, in the order in which they were added."""
    total: float
    """The sum of the `amount`s of what is available."""
    item_count: int
    """Pieces."""
    problems: list[CartProblemOut]
    """Empty if all of it can be bought at the prices that the shopper has seen."""
    created_at: TimeText
    """UTC."""
    updated_at: TimeText
    """UTC; when its lines were last written."""


@described
class CartRowOut(TypedDict):
    """A cart in the list of all carts."""

    id: int
    user_id: int
    username: str
    """The name of its user; a later rename shows once they add something, or an admin does."""
    items_count: int
    """Pieces."""
    total: float
    """At today's prices: the `total` of the cart."""
    created_at: TimeText
    """UTC."""


@example(
    {
        "total_carts": 2,
        "carts": [
            {
                "id": 1,
                "user_id": 1,
                "username": "johndoe",
                "items_count": 3,
                "total": 104.48,
                "created_at": "2025-10-16T20:00:00Z",
            },
            {
                "id": 2,
                "user_id": 2,
                "username": "janedoe",
                "items_count": 1,
                "total": 45.99,
                "created_at": "2025-10-16T21:00:00Z",
            },
        ],
    }
)
class CartsOut(TypedDict):
    """A page of all carts, for admins."""

    total_carts: NotRequired[int]
    """All carts, not only those of this page; left out if they were not counted."""
    carts: list[CartRowOut]
    """By id."""


@example({"message": "Cart created successfully", "cart": CART_WRITTEN})
class CartAnswer(TypedDict):
    """A message, and the cart."""

    message: str
    """`Cart created successfully` or `Cart updated successfully`."""
    cart: CartOut
    """The cart as it is now."""


@described
class CartItemOut(TypedDict):
    """A line of the cart that was written."""

    id: int
    product_id: int
    quantity: int
    """The pieces in the cart now."""
    unit_price: float
    """What one piece costs now, tax included."""


@example({"message": "Item added to cart", "cart_item": ITEM_SHOWN})
class CartItemAnswer(TypedDict):
    """A message, and the line."""

    message: str
    """`Item added to cart` or `Cart item updated`."""
    cart_item: CartItemOut
    """The line as it is now."""


@example({"message": "Cart cleared successfully"})
class CartMessage(TypedDict):
    """A message that confirms the change."""

    message: str
    """`Cart cleared successfully` or `Item removed from cart`."""


def items_of(body: CartIn | CartItemsIn) -> tuple[Item, ...]:
    """The items of a body."""
    return tuple(Item(item.product_id, item.quantity) for item in body.items)


def cart_out(whole: PricedCart) -> CartOut:
    """The cart with its lines."""
    cart, shown = whole.cart, whole.priced
    return {
        "id": cart.id,
        "user_id": cart.user_id,
        "username": cart.username,
        "items": [_line_out(line) for line in shown.lines],
        "total": money_number(shown.total),
        "item_count": shown.item_count,
        "problems": [_problem_out(problem) for problem in shown.problems],
        "created_at": iso_utc(cart.created_at),
        "updated_at": iso_utc(cart.updated_at),
    }


def cart_row_out(whole: PricedCart) -> CartRowOut:
    """The cart as the list of all carts shows it."""
    return {
        "id": whole.cart.id,
        "user_id": whole.cart.user_id,
        "username": whole.cart.username,
        "items_count": whole.priced.item_count,
        "total": money_number(whole.priced.total),
        "created_at": iso_utc(whole.cart.created_at),
    }


def cart_item_out(line: CartLine) -> CartItemOut:
    """A line that was just written: the price that its shopper sees is today's."""
    return {
        "id": line.id,
        "product_id": line.product_id,
        "quantity": line.quantity,
        "unit_price": money_number(line.seen_price),
    }


def _line_out(line: PricedCartLine) -> CartLineOut:
    return {
        "id": line.id,
        "product_id": line.product_id,
        "product_name": line.product_name,
        "quantity": line.quantity,
        "unit_price": money_number(line.unit_price),
        "amount": money_number(line.amount),
        "available": line.is_available,
    }


def _problem_out(problem: CartProblem) -> CartProblemOut:
    shown: CartProblemOut = {
        "product_id": problem.product_id,
        "product_name": problem.product_name,
        "code": problem.code.value,
    }
    if problem.seen_price is not None:
        shown["seen_price"] = money_number(problem.seen_price)
    if problem.available is not None:
        shown["available"] = problem.available
    return shown
