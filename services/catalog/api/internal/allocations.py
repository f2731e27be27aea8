"""What does sales ask of catalog? To take an order's stock, and to put it back if no order comes of it."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends, Response
from typing_extensions import TypedDict

from libs.common.errors import Forbidden
from libs.common.http.callers import CallingService
from libs.common.http.described import refuses
from libs.common.http.fields import BIGINT_MAX, Choice, Integer, Many, Shape
from libs.common.http.internal import InternalDoor
from libs.common.http.replies import reply
from services.catalog.deps import DepsDep
from services.catalog.domain.pricing import price_text
from services.catalog.domain.stock import (
    AllocatedLine,
    AllocationConfirmed,
    AllocationReleased,
    InsufficientStock,
    ProductTwice,
    UnknownProduct,
    WantedLine,
)
from services.catalog.usecases.stock.allocations import Allocate, allocate
from services.catalog.usecases.stock.releases import release

LINES_MAX = 1_000
SHORT = {"product_id": 15, "product_name": "Coca Cola", "available": 5, "requested": 10}

internal = InternalDoor("Catalog")


async def only_sales(caller: CallingService) -> None:
    """Orders are made by sales; any other service is `Forbidden`."""
    if caller != "sales":
        raise Forbidden("role")


CalledBySales = Depends(only_sales)


class LineIn(Shape):
    """So many pieces of a product."""

    product_id: Annotated[int, Integer(ge=1, le=BIGINT_MAX)]
    quantity: Annotated[int, Integer(ge=1, le=BIGINT_MAX)]


class AllocationIn(Shape):
    """What an order takes, each product in one line, on behalf of a user."""

    user_id: Annotated[int, Integer(ge=1)]
    channel: Annotated[Literal["POS", "WEB"], Choice("POS", "WEB")]
    lines: Annotated[list[LineIn], Many(min_items=1, max_items=LINES_MAX)]


class PromotionOut(TypedDict):
    """The promotion in force today, whoever it is for."""

    discount_percent: str
    target_audience: str


class LineOut(TypedDict):
    """What was taken; `price` is one piece before tax and discount, with up to 4 decimals."""

    product_id: int
    product_name: str
    quantity: int
    price: str
    tax_rate: str
    promotion: PromotionOut | None


class AllocationOut(TypedDict):
    """The stock is taken, for good if the order stands within the lease, counted from this question."""

    allocation_id: str
    lease_seconds: int
    lines: list[LineOut]


@internal.put("/allocations/{order_uuid}", response_model=AllocationOut, dependencies=[CalledBySales])
@refuses(UnknownProduct([15]), ProductTwice(), InsufficientStock([SHORT]), AllocationReleased())
async def put_allocation(order_uuid: UUID, body: AllocationIn, deps: DepsDep) -> Response:
    """Take all lines or none. The same uuid again: the same answer, nothing taken, the lease starts anew.

    400 `unknown_product` (details `product_ids`) and `product_twice`; 409 `insufficient_stock` (details
    `items`) and `allocation_released`.
    """
    order = Allocate(
        id=order_uuid,
        user_id=body.user_id,
        channel=body.channel,
        lines=[WantedLine(line.product_id, line.quantity) for line in body.lines],
    )
    lines = await allocate(order, database=deps.database, lease=deps.lease, now=deps.now())
    return reply(
        {
            "allocation_id": str(order_uuid),
            "lease_seconds": deps.settings.allocation_lease_seconds,
            "lines": [_line_out(line) for line in lines],
        }
    )


@internal.delete("/allocations/{order_uuid}", status_code=204, dependencies=[CalledBySales])
@refuses(AllocationConfirmed())
async def delete_allocation(order_uuid: UUID, deps: DepsDep) -> Response:
    """Put the stock back; the uuid can never be allocated again, also if it never was. Again does nothing.

    409 `allocation_confirmed` when the order is known to stand: cancelling it is what puts its stock back.
    """
    await release(order_uuid, database=deps.database, now=deps.clock())
    return reply(None, status=204)


def _line_out(line: AllocatedLine) -> LineOut:
    return {
        "product_id": line.product_id,
        "product_name": line.product_name,
        "quantity": line.quantity,
        "price": price_text(line.price),
        "tax_rate": line.tax_rate,
        "promotion": _promotion_out(line),
    }


def _promotion_out(line: AllocatedLine) -> PromotionOut | None:
    if line.discount_percent is None or line.target_audience is None:
        return None
    return {"discount_percent": str(line.discount_percent), "target_audience": line.target_audience}
