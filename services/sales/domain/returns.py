"""The rules of returns: the pieces of an order that can come back, and the refund (contract §4)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, get_args

from libs.common.errors import DomainError, NotFound, refuse_all
from libs.common.money import money_text
from services.sales.domain.lifecycles import ReturnStatus, WebStatus
from services.sales.domain.orders import named_twice
from services.sales.domain.pricing import Line

RETURN_ITEMS_MAX = 50
RETURN_QUANTITY_MAX = 100

Disposition = Literal["restock", "discard"]
"""`restock`: back on the shelf. `discard`: in the stock ledger, but not on the shelf."""
DISPOSITIONS: tuple[Disposition, ...] = get_args(Disposition)


class ReturnNotFound(NotFound):
    """There is no such return."""

    thing = "Return"


class OrderNotReturnable(DomainError):
    """The order is pending, so that nothing of it has been sold yet, or it is cancelled."""

    code = "order_not_returnable"
    remedy = (
        "Return goods of an order that is `confirmed`, `processing`, `shipped` or `delivered`. "
        "Cancel a `pending` one instead (`POST /sales/orders/{order_id}/cancel`). "
        "Of a `cancelled` one nothing is left to return."
    )

    def __init__(self, status: str) -> None:
        super().__init__(status=str(status))


class ProductNotInOrder(DomainError):
    """The order does not have this product."""

    code = "product_not_in_order"
    remedy = "Read the order, and name its products only."

    def __init__(self, product_id: int) -> None:
        super().__init__(product_id=product_id)


class ProductNotInReturn(DomainError):
    """The return does not have this product."""

    code = "product_not_in_return"
    remedy = "Read the return, and name its products only."

    def __init__(self, product_id: int) -> None:
        super().__init__(product_id=product_id)


class TooManyReturned(DomainError):
    """The return has more pieces of a product than were bought and are in no other return."""

    code = "too_many_returned"
    remedy = "Return at most the pieces that the body names. A return that is rejected gives its pieces back."

    def __init__(self, *, product_id: int, product_name: str, returnable: int, requested: int) -> None:
        super().__init__(
            product_id=product_id, product_name=product_name, returnable=returnable, requested=requested
        )


class RefundTooLarge(DomainError):
    """The refund is more than what was paid for the pieces."""

    code = "refund_too_large"
    remedy = "Refund at most the price times the quantity, or leave the amount out."

    def __init__(self, *, product_id: int, product_name: str, paid: Decimal) -> None:
        super().__init__(product_id=product_id, product_name=product_name, paid=money_text(paid))


class ReturnIsClosed(DomainError):
    """The return was processed or rejected, so that it is settled where its goods went."""

    code = "return_closed"
    remedy = "Correct the stock of the product by hand."


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces of one product of an order: `returned` have come back, `claimed` are in open returns."""

    product_id: int
    bought: int
    returned: int
    claimed: int

    @property
    def not_returned(self) -> int:
        """The pieces that the buyer still has."""
        return self.bought - self.returned

    @property
    def returnable(self) -> int:
        """The pieces that no return has yet."""
        return self.bought - self.returned - self.claimed


@dataclass(frozen=True, slots=True)
class ReturnItem:
    """Pieces of a product to return; without `refund_amount` all that was paid for them is refunded."""

    product_id: int
    quantity: int
    reason: str
    refund_amount: Decimal | None
    disposition: Disposition


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """Pieces of a product in a return. `line` counts from 1; `unit_price` was paid for one, tax included."""

    line: int
    product_id: int
    product_name: str
    quantity: int
    unit_price: Decimal
    reason: str
    refund_amount: Decimal
    disposition: Disposition


def not_come_back(line: Line, returned: Mapping[int, int], *, is_sold: bool) -> int:
    """The pieces of the line that were sold at a till and have not come back: 0 until its order is paid.

    `returned` are the pieces of each product of the order that have.
    """
    return line.quantity - returned.get(line.product_id, 0) if is_sold else 0


def check_returnable(status: str) -> None:
    """Raise `OrderNotReturnable` unless an order in this status can be returned."""
    if status in {WebStatus.PENDING, WebStatus.CANCELLED}:
        raise OrderNotReturnable(status)


def check_open(status: str) -> None:
    """Raise `ReturnIsClosed` unless it can still be decided where the goods of the return go."""
    if status in {ReturnStatus.PROCESSED, ReturnStatus.REJECTED}:
        raise ReturnIsClosed


def check_products(product_ids: Iterable[int], lines: Iterable[ReturnLine]) -> None:
    """Raise `ProductNotInReturn` for every product that no line of the return has."""
    known = {line.product_id for line in lines}
    refuse_all([ProductNotInReturn(product_id) for product_id in product_ids if product_id not in known])


def lines_of(
    items: Sequence[ReturnItem], sold: Iterable[Line], pieces: Mapping[int, Pieces]
) -> tuple[ReturnLine, ...]:
    """The lines of a return of these items from an order that `sold` lines; `pieces` are by product.

    Raises all that is wrong with them: `ProductTwice`, `ProductNotInOrder`, `TooManyReturned` and
    `RefundTooLarge`.
    """
    lines = {line.product_id: line for line in sold}
    named = dict.fromkeys(item.product_id for item in items)
    refusals: list[DomainError] = [*named_twice(item.product_id for item in items)]
    refusals += [ProductNotInOrder(product_id) for product_id in named if product_id not in lines]
    for item in items:
        if item.product_id in lines:
            refusals += _refused(item, lines[item.product_id], pieces[item.product_id])
    refuse_all(refusals)
    return as_lines(items, lines)


def as_lines(items: Sequence[ReturnItem], sold: Mapping[int, Line]) -> tuple[ReturnLine, ...]:
    """The lines of a return of these items; `sold` are the order's lines, by product."""
    return tuple(_line(number, item, sold[item.product_id]) for number, item in enumerate(items, start=1))


def _refused(item: ReturnItem, line: Line, pieces: Pieces) -> Iterable[DomainError]:
    if item.quantity > pieces.returnable:
        yield TooManyReturned(
            product_id=item.product_id,
            product_name=line.product_name,
            returnable=pieces.returnable,
            requested=item.quantity,
        )
    paid = line.unit_total * item.quantity
    if item.refund_amount is not None and item.refund_amount > paid:
        yield RefundTooLarge(product_id=item.product_id, product_name=line.product_name, paid=paid)


def _line(number: int, item: ReturnItem, line: Line) -> ReturnLine:
    paid = line.unit_total * item.quantity
    return ReturnLine(
        line=number,
        product_id=item.product_id,
        product_name=line.product_name,
        quantity=item.quantity,
        unit_price=line.unit_total,
        reason=item.reason,
        refund_amount=paid if item.refund_amount is None else item.refund_amount,
        disposition=item.disposition,
    )
