"""The list of what was sold and not in stock: all staff (contract §8.6)."""

from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request, Response
from typing_extensions import TypedDict

from libs.common.db.listing import ListQuery
from libs.common.http.callers import Staff
from libs.common.http.described import example
from libs.common.http.lists import list_query, reply_list
from services.catalog.api.pos.door import pos
from services.catalog.deps import DepsDep
from services.catalog.domain.stock import Shortfall
from services.catalog.usecases.stock import shortfalls

ShortfallsQuery = Annotated[ListQuery, Depends(list_query(ordering=("id",)))]


@example(
    {
        "id": 3,
        "product": 10,
        "product_name": "Coca Cola 600ml",
        "quantity": 2,
        "order": 51,
        "created_at": "2023-10-27T15:30:00Z",
    }
)
class ShortfallOut(TypedDict):
    """Pieces that a till sold and that were not in stock; a count or a receipt settles them."""

    id: int
    product: int
    """The id of the product."""
    product_name: str
    quantity: int
    """Pieces that are still missing."""
    order: int | None
    """The id of the order that sold them; null for the moment until it is known."""
    created_at: datetime
    """When the sale arrived, UTC."""


@pos.get("/products/shortfalls/", response_model=list[ShortfallOut])
async def list_shortfalls(request: Request, who: Staff, query: ShortfallsQuery, deps: DepsDep) -> Response:
    """List what was sold and not in stock, oldest first, until it is settled."""
    page = await shortfalls.list_shortfalls(query, database=deps.database)
    return reply_list(request, [_shortfall_out(each) for each in page.items], page, query)


def _shortfall_out(shortfall: Shortfall) -> ShortfallOut:
    return {
        "id": shortfall.id,
        "product": shortfall.product_id,
        "product_name": shortfall.product_name,
        "quantity": shortfall.quantity,
        "order": shortfall.order_id,
        "created_at": shortfall.created_at,
    }
