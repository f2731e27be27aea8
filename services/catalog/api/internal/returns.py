"""Returned goods, from sales."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from libs.common.contracts import sales as contract
from libs.common.http.callers import called_by
from libs.common.http.described import refuses
from libs.common.http.fields import ID, Choice, Integer, Many, Shape, UuidField
from libs.common.http.replies import reply
from services.catalog.api.internal.allocations import LINES_MAX
from services.catalog.api.internal.door import internal
from services.catalog.deps import DepsDep
from services.catalog.domain.products import STOCK_COUNT_MAX
from services.catalog.domain.stock import Disposition, ReturnedLine, UnknownProduct
from services.catalog.usecases.stock.returns import TakeBack, take_back


class ReturnedLineIn(Shape):
    """Pieces of a product that came back."""

    product_id: Annotated[int, ID]
    quantity: Annotated[int, Integer(ge=1, le=STOCK_COUNT_MAX)]
    disposition: Annotated[contract.Disposition, Choice("restock", "discard")]


class ReturnIn(Shape):
    """The goods of a return, by the user whose order it was."""

    order_uuid: Annotated[UUID, UuidField()]
    user_id: Annotated[int, Integer(ge=1)]
    lines: Annotated[list[ReturnedLineIn], Many(min_items=1, max_items=LINES_MAX)]


@internal.put("/returns/{return_uuid}", status_code=204, dependencies=[called_by("sales")])
@refuses(UnknownProduct([15]))
async def put_return(return_uuid: UUID, body: ReturnIn, deps: DepsDep) -> Response:
    """Take returned goods back, before their event arrives: onto the shelf, or only into the ledger.

    The same uuid again does nothing. A deleted product is taken back like any other.
    """
    command = TakeBack(
        id=return_uuid,
        order_uuid=body.order_uuid,
        user_id=body.user_id,
        lines=[
            ReturnedLine(line.product_id, line.quantity, Disposition(line.disposition)) for line in body.lines
        ],
    )
    await take_back(command, database=deps.database, now=deps.clock())
    return reply(None, status=204)
