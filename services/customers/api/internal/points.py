"""A customer's balance of points, for the tickets of sales."""

from uuid import UUID

from fastapi import Response

from libs.common.contracts.internal.customers import PointsAnswer
from libs.common.http.callers import called_by
from libs.common.http.fields import PathId
from libs.common.http.replies import reply
from services.customers.api.internal.door import internal
from services.customers.deps import DepsDep
from services.customers.usecases.points.reading import find_balance


@internal.get(
    "/customers/{customer_id}/points/{order_uuid}",
    response_model=PointsAnswer,
    dependencies=[called_by("sales")],
)
async def points(customer_id: PathId, order_uuid: UUID, deps: DepsDep) -> Response:
    """Read the customer's points, and whether those of the order are among them; 404 for a deleted one."""
    balance = await find_balance(customer_id, order_uuid, database=deps.database)
    answer: PointsAnswer = {
        "current_points": balance.current_points,
        "points_owed": balance.points_owed,
        "has_order": balance.has_order,
    }
    return reply(answer)
