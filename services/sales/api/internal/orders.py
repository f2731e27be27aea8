"""What may other services ask of sales?"""

from uuid import UUID

from fastapi import Response
from typing_extensions import TypedDict  # pydantic wants this one before Python 3.12

from libs.common.http.callers import CallingService
from libs.common.http.internal import InternalDoor
from libs.common.http.replies import reply
from services.sales.deps import DepsDep
from services.sales.usecases.orders.reading import find_by_uuid

internal = InternalDoor("Mostrador internal: sales")


class OrderStands(TypedDict):
    """The order that holds an allocation."""

    order_id: int
    status: str


@internal.get("/orders/{order_uuid}", response_model=OrderStands)
async def order_by_uuid(order_uuid: UUID, caller: CallingService, deps: DepsDep) -> Response:
    """Whether the order with this uuid was ever committed (cancelled ones too), or 404.

    Asked after the allocation's lease has ended, 404 is final: sales commits no order unless its lease still
    has `COMMIT_MARGIN_SECONDS` left, more than PostgreSQL lets the transaction live.
    """
    order = await find_by_uuid(deps.database, order_uuid)
    return reply({"order_id": order.id, "status": order.status})
