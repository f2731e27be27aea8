"""Orders, for catalog: settles whether the order of an allocation stands."""

from uuid import UUID

from fastapi import Response

from libs.common.contracts.internal.sales import OrderAnswer
from libs.common.http.callers import called_by
from libs.common.http.described import refuses
from libs.common.http.replies import reply
from services.sales.api.internal.door import internal
from services.sales.deps import DepsDep
from services.sales.domain.orders import OrderFenced
from services.sales.usecases.orders import fencing


@internal.put("/orders/{order_uuid}/fence", response_model=OrderAnswer, dependencies=[called_by("catalog")])
@refuses(OrderFenced())
async def fence_order(order_uuid: UUID, deps: DepsDep) -> Response:
    """The order with this uuid if it was committed, even if since cancelled; after 404 it never will be.

    503 while this is undecided, as when the order's commit is in flight.
    """
    order = await fencing.fence_order(order_uuid, database=deps.database)
    answer: OrderAnswer = {"order_id": order.id, "status": order.status}
    return reply(answer)
