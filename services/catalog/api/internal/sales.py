"""Sales that have happened already: their goods are gone, whatever is in stock (contract §8.6)."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Response

from libs.common.contracts.internal import catalog as contract
from libs.common.http.callers import called_by
from libs.common.http.described import refuses
from libs.common.http.fields import ID, DateTimeField, Integer, Many, Shape
from libs.common.http.replies import reply
from libs.common.store_calendar import store_moment
from services.catalog.api.internal.allocations import LINES_MAX, line_out
from services.catalog.api.internal.door import internal
from services.catalog.deps import DepsDep
from services.catalog.domain.products import STOCK_COUNT_MAX
from services.catalog.domain.stock import ProductTwice, SoldLine, UnknownProduct, WantedLine
from services.catalog.usecases.stock.sold import RecordSale, record_sale


class SoldLineIn(Shape):
    """Pieces of a product that were sold."""

    product_id: Annotated[int, ID]
    quantity: Annotated[int, Integer(ge=1, le=STOCK_COUNT_MAX)]


class SaleIn(Shape):
    """A sale that has happened; each product at most once. Without lines it was given up."""

    user_id: Annotated[int, Integer(ge=1)]
    sold_at: Annotated[datetime, DateTimeField()]
    lines: Annotated[list[SoldLineIn], Many(max_items=LINES_MAX)]
    order_id: Annotated[int, ID] | None = None


@internal.put(
    "/sold-allocations/{order_uuid}", response_model=contract.SaleAnswer, dependencies=[called_by("sales")]
)
@refuses(UnknownProduct([15]), ProductTwice())
async def put_sold_allocation(order_uuid: UUID, body: SaleIn, deps: DepsDep) -> Response:
    """Take what is there of each line, also of deleted products; the rest becomes a shortfall.

    The same uuid and lines again move nothing and answer the same. Other lines correct what was taken;
    without lines all of it goes back.
    """
    command = RecordSale(
        id=order_uuid,
        order_id=body.order_id,
        user_id=body.user_id,
        sold=store_moment(body.sold_at, deps.settings.store_timezone),
        lines=[WantedLine(line.product_id, line.quantity) for line in body.lines],
    )
    lines = await record_sale(command, database=deps.database, now=deps.now())
    answer: contract.SaleAnswer = {"lines": [_sold_line_out(line) for line in lines]}
    return reply(answer)


def _sold_line_out(sold: SoldLine) -> contract.SoldLine:
    return {
        **line_out(sold.line),
        "short": sold.short,
        "deleted": sold.is_deleted,
        "priced_then": sold.priced_then,
    }
