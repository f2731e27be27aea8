"""The rules for an order's content, and its refusals."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from libs.common.errors import DomainError, Forbidden, Kind, NotFound, refuse_all
from services.sales.domain.lifecycles import WEB_ORDERS, WebStatus
from services.sales.domain.people import Person
from services.sales.domain.pricing import Line, ManualDiscount, may_be_wanted
from services.sales.domain.stock import Item

ORDER_ITEMS_MAX = 500  # above a till's longest ticket; more is a mistake or an attack
ITEM_QUANTITY_MAX = 1_000_000
WEB_ORDER_ITEMS_MAX, WEB_ITEM_QUANTITY_MAX = 50, 100
ADDRESS_LENGTH_MIN, ADDRESS_LENGTH_MAX = 5, 500
ORDER_TOTAL_MAX = Decimal("999999999.99")


class CancelReason(StrEnum):
    """The reason that the event of a cancelled order tells."""

    USER = "user"
    UNPAID = "unpaid"
    DELETED = "deleted"


class OrderTotalTooLarge(DomainError):
    """The order's total exceeds 999,999,999.99, the most that later sums have room for."""

    code = "order_total_too_large"
    remedy = "Split the order."


class SoldOtherwise(DomainError):
    """The till has given this `client_id` to a sale of other products, quantities or discounts by hand."""

    kind = Kind.CONFLICT
    code = "client_id_taken"
    remedy = "Give every sale a UUID of its own, and send the same sale again without a change."


class OrderFenced(DomainError):
    """There is no order with this uuid, and there never will be (ADR 0034)."""

    kind = Kind.NOT_FOUND
    code = "order_fenced"


class OrderNotFound(NotFound):
    """There is no such order on this channel."""

    thing = "Order"


class FirstStatusNotAllowed(DomainError):
    """An order of the web shop does not begin in this status."""

    code = "first_status"
    remedy = "Create the order as `pending`, or as `confirmed`; then lead it on one step at a time."


class ProductTwice(DomainError):
    """A web order or a return names a product more than once."""

    code = "product_twice"
    remedy = "Name each product once, with all its pieces."

    def __init__(self, product_id: int) -> None:
        super().__init__(product_id=product_id)


class OnlyPendingOrdersAreCancelled(DomainError):
    """The order is paid or cancelled already, or is being paid just now."""

    kind = Kind.CONFLICT
    code = "order_not_pending"
    remedy = "Read the order: its status says what has happened."


class ShippedAlready(DomainError):
    """The order has been shipped or cancelled, so its shipping address does not change any more."""

    code = "order_shipped"
    remedy = "Read the order: its status says what has happened."


def check_first_status(status: str, visitor: Person) -> None:
    """Raise `Forbidden` for what a shopper, `FirstStatusNotAllowed` for what an admin does not begin with."""
    if status == WEB_ORDERS.first:
        return
    if not visitor.is_admin:
        raise Forbidden("role")
    if status != WebStatus.CONFIRMED:
        raise FirstStatusNotAllowed


def printed_folio(client_id: UUID) -> str:
    """The folio that a till prints before it has an answer: the first 8 hex digits of its id for the sale."""
    return client_id.hex[:8].upper()


def check_sold(items: Iterable[Item], discounts: Mapping[int, ManualDiscount], lines: Sequence[Line]) -> None:
    """Raise `SoldOtherwise` unless these lines sold exactly these items, in any order.

    `discounts` are those by hand that are wanted now, by product.
    """
    if set(goods_of(lines)) != set(merge(items)) or not all(
        may_be_wanted(discounts.get(line.product_id), line) for line in lines
    ):
        raise SoldOtherwise


def goods_of(lines: Iterable[Line]) -> tuple[Item, ...]:
    """The pieces of each product that these lines sold."""
    return tuple(Item(line.product_id, line.quantity) for line in lines)


def merge(items: Iterable[Item]) -> tuple[Item, ...]:
    """Merge the items of the same product into one, at the place of the first."""
    quantities: dict[int, int] = {}
    for item in items:
        quantities[item.product_id] = quantities.get(item.product_id, 0) + item.quantity
    return tuple(Item(product_id, quantity) for product_id, quantity in quantities.items())


def named_twice(product_ids: Iterable[int]) -> list[ProductTwice]:
    """A refusal for every product that is among them more than once."""
    return [ProductTwice(product_id) for product_id, times in Counter(product_ids).items() if times > 1]


def refuse_twice(items: Iterable[Item]) -> None:
    """Raise `ProductTwice` for every product of which two items are."""
    refuse_all(named_twice(item.product_id for item in items))


def refuse_too_large(total: Decimal) -> None:
    """Raise `OrderTotalTooLarge` for a total above the ceiling (contract §4)."""
    if total > ORDER_TOTAL_MAX:
        raise OrderTotalTooLarge
