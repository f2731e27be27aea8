"""The rules for an order's content, and its refusals."""

from collections.abc import Iterable
from decimal import Decimal

from libs.common.errors import DomainError, Kind, NotFound
from services.sales.domain.stock import Item

ORDER_ITEMS_MAX = 500  # above a till's longest ticket; more is a mistake or an attack
ITEM_QUANTITY_MAX = 1_000_000
ORDER_TOTAL_MAX = Decimal("999999999.99")


class OrderTotalTooLarge(DomainError):
    """The order's total exceeds 999,999,999.99, the most that later sums have room for."""

    code = "order_total_too_large"
    remedy = "Split the order."


class OrderFenced(DomainError):
    """There is no order with this uuid, and there never will be (ADR 0034)."""

    kind = Kind.NOT_FOUND
    code = "order_fenced"


class OrderNotFound(NotFound):
    """There is no such order on this channel."""

    thing = "Order"


class OnlyPendingOrdersAreCancelled(DomainError):
    """The order is paid or cancelled already, or is being paid just now."""

    kind = Kind.CONFLICT
    code = "order_not_pending"
    remedy = "Read the order: its status says what has happened."


def merge(items: Iterable[Item]) -> tuple[Item, ...]:
    """Merge the items of the same product into one, at the place of the first."""
    quantities: dict[int, int] = {}
    for item in items:
        quantities[item.product_id] = quantities.get(item.product_id, 0) + item.quantity
    return tuple(Item(product_id, quantity) for product_id, quantity in quantities.items())


def refuse_too_large(total: Decimal) -> None:
    """Raise `OrderTotalTooLarge` for a total above the ceiling (contract §4)."""
    if total > ORDER_TOTAL_MAX:
        raise OrderTotalTooLarge
