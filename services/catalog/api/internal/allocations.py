"""Allocations, for sales: take the stock of an order, and return it if it is not placed or cancelled."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Response

from libs.common.contracts.internal import catalog as contract
from libs.common.contracts.sales import Channel
from libs.common.http.callers import called_by
from libs.common.http.described import refuses
from libs.common.http.fields import BIGINT_MAX, ID, Choice, Integer, Many, Shape
from libs.common.http.replies import reply
from services.catalog.api.internal.door import internal
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
from services.catalog.usecases.stock.allocations import AllocateStock, allocate_stock
from services.catalog.usecases.stock.releases import (
    CancelAllocation,
    cancel_allocation,
    release_allocation,
)

LINES_MAX = 1_000
SHORT: contract.Shortage = {"product_id": 15, "product_name": "Coca Cola", "available": 5, "requested": 10}


class LineIn(Shape):
    """A quantity of a product."""

    product_id: Annotated[int, ID]
    quantity: Annotated[int, Integer(ge=1, le=BIGINT_MAX)]


class AllocationIn(Shape):
    """The lines that an order takes from stock for a user; each product at most once."""

    user_id: Annotated[int, Integer(ge=1)]
    channel: Annotated[Channel, Choice("POS", "WEB")]
    lines: Annotated[list[LineIn], Many(min_items=1, max_items=LINES_MAX)]


class CancellationIn(Shape):
    """What goes back of a cancelled order; without `put_back` all that it took."""

    put_back: Annotated[list[LineIn], Many(max_items=LINES_MAX)] | None = None


@internal.put(
    "/allocations/{order_uuid}", response_model=contract.AllocationAnswer, dependencies=[called_by("sales")]
)
@refuses(UnknownProduct([15]), ProductTwice(), InsufficientStock([SHORT]), AllocationReleased())
async def put_allocation(order_uuid: UUID, body: AllocationIn, deps: DepsDep) -> Response:
    """Take all lines or none. The same uuid again takes nothing, answers the same and renews the lease."""
    command = AllocateStock(
        id=order_uuid,
        user_id=body.user_id,
        channel=body.channel,
        lines=_wanted(body.lines),
    )
    lines = await allocate_stock(command, database=deps.database, lease=deps.lease, now=deps.now())
    answer: contract.AllocationAnswer = {
        "allocation_id": str(order_uuid),
        "lease_seconds": deps.settings.allocation_lease_seconds,
        "lines": [line_out(line) for line in lines],
    }
    return reply(answer)


@internal.delete("/allocations/{order_uuid}", status_code=204, dependencies=[called_by("sales")])
@refuses(AllocationConfirmed())
async def delete_allocation(order_uuid: UUID, deps: DepsDep) -> Response:
    """Return the stock; the uuid can never be allocated afterwards, even if it never was. Repeats do nothing.

    409 `allocation_confirmed` when the order is known to stand: only cancelling the order returns its stock.
    """
    await release_allocation(order_uuid, database=deps.database, now=deps.clock())
    return reply(None, status=204)


@internal.put("/allocations/{order_uuid}/cancellation", status_code=204, dependencies=[called_by("sales")])
async def put_cancellation(order_uuid: UUID, body: CancellationIn, deps: DepsDep) -> Response:
    """Return the stock of an order that was cancelled, before its event arrives. Repeats do nothing.

    Of a product, at most as many pieces go back as the order took.
    """
    put_back = None if body.put_back is None else _wanted(body.put_back)
    command = CancelAllocation(order_uuid, put_back)
    await cancel_allocation(command, database=deps.database, now=deps.clock())
    return reply(None, status=204)


def _wanted(lines: Sequence[LineIn]) -> list[WantedLine]:
    return [WantedLine(line.product_id, line.quantity) for line in lines]


def line_out(line: AllocatedLine) -> contract.AllocatedLine:
    """The line as sales reads it."""
    out: contract.AllocatedLine = {
        "product_id": line.product_id,
        "product_name": line.product_name,
        "quantity": line.quantity,
        "price": price_text(line.price),
        "tax_rate": line.tax_rate,
        "promotion": _promotion_out(line),
    }
    if line.clave_prod_serv:
        out["clave_prod_serv"] = line.clave_prod_serv
    if line.clave_unidad:
        out["clave_unidad"] = line.clave_unidad
    if line.objeto_imp:
        out["objeto_imp"] = line.objeto_imp
    return out


def _promotion_out(line: AllocatedLine) -> contract.LinePromotion | None:
    if line.discount_percent is None or line.target_audience is None:
        return None
    return {"discount_percent": str(line.discount_percent), "target_audience": line.target_audience}
