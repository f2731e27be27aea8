"""Tells catalog whether the order of an allocation exists."""

from uuid import UUID

from fastapi import Response

from libs.common.contracts.internal.sales import OrderAnswer
from libs.common.http.callers import called_by
from libs.common.http.internal import InternalDoor
from libs.common.http.replies import reply
from services.sales.deps import DepsDep
from services.sales.usecases.orders.reading import find_order_by_uuid

internal = InternalDoor("Mostrador internal: sales")


@internal.get("/orders/{order_uuid}", response_model=OrderAnswer, dependencies=[called_by("catalog")])
async def find_order(order_uuid: UUID, deps: DepsDep) -> Response:
    """Whether the order with this uuid was ever committed (cancelled ones too), or 404.

    Asked after the allocation's lease has ended, 404 is final: sales commits no order unless its lease still
    has `COMMIT_MARGIN_SECONDS` left, more than PostgreSQL lets the transaction live.
    """
    order = await find_order_by_uuid(order_uuid, database=deps.database)
    answer: OrderAnswer = {"order_id": order.id, "status": order.status}
    return reply(answer)
