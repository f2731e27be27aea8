"""The bodies and filters of requests for orders at STORE (STORE 24-30)."""

from typing import Annotated

from libs.common.http.described import example
from libs.common.http.fields import ID, Choice, Integer, Many, Parameters, Shape, Text
from libs.common.http.refusals import InvalidInput
from libs.common.unset import UNSET, Unset
from services.sales.domain.lifecycles import WebStatus
from services.sales.domain.orders import (
    ADDRESS_LENGTH_MAX,
    ADDRESS_LENGTH_MIN,
    WEB_ITEM_QUANTITY_MAX,
    WEB_ORDER_ITEMS_MAX,
)
from services.sales.domain.stock import Item
from services.sales.usecases.orders.stepping import ChangeWebOrder

ITEMS_OR_CART = "Send either items or cart_id."
ADDRESS = Text(min_length=ADDRESS_LENGTH_MIN, max_length=ADDRESS_LENGTH_MAX)
STATUS = Choice(*WebStatus)


class ItemIn(Shape):
    """A quantity of a product."""

    product_id: Annotated[int, ID]
    quantity: Annotated[int, Integer(ge=1, le=WEB_ITEM_QUANTITY_MAX)]
    """Pieces."""


@example(
    {
        "user_id": 1,
        "items": [{"product_id": 1, "quantity": 2}, {"product_id": 3, "quantity": 1}],
        "shipping_address": "Calle Principal #123, Colonia Centro",
    }
)
class OrderIn(Shape):
    """A checkout, of `items` or of the cart `cart_id`."""

    user_id: Annotated[int, ID]
    """The buyer: oneself; an admin may order for others."""
    items: Annotated[list[ItemIn], Many(min_items=1, max_items=WEB_ORDER_ITEMS_MAX)] | None = None
    """Each product once. Either these or `cart_id`."""
    cart_id: Annotated[int, ID] | None = None
    """The buyer's cart: all that is in it is ordered, and leaves it."""
    status: Annotated[str, STATUS] = WebStatus.PENDING
    """`pending`; an admin may also create it as `confirmed`."""
    shipping_address: Annotated[str, ADDRESS] | None = None
    """Where it is sent to."""

    def wanted_items(self) -> tuple[Item, ...]:
        """The items, none if it is a cart's; raises `InvalidInput` unless it is one of both."""
        if (self.items is None) == (self.cart_id is None):
            raise InvalidInput([(("items",), ITEMS_OR_CART)])
        return tuple(Item(item.product_id, item.quantity) for item in self.items or ())


@example({"status": "processing"})
class OrderChange(Shape):
    """What is to change of an order; what is left out stays."""

    status: Annotated[str | Unset, STATUS] = UNSET
    """The next status."""
    shipping_address: Annotated[str | Unset, ADDRESS] = UNSET
    """Until it is shipped."""

    def command(self, order_id: int) -> ChangeWebOrder:
        """The command for the use case."""
        return self.into(ChangeWebOrder, order_id=order_id)


@example({"status": "shipped"})
class StatusIn(Shape):
    """The next status of an order."""

    status: Annotated[str, STATUS]
    """`pending` → `confirmed` → `processing` → `shipped` → `delivered`, step by step; any → `cancelled`."""


class OrderFilterIn(Parameters):
    """The filter of a list of orders."""

    status: Annotated[str, STATUS] | None = None
    """Only orders in this status."""
