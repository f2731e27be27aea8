"""`/api/customers/{id}/history/`, for any staff role (contract §5)."""

from typing import Annotated

from fastapi import Depends, Request, Response
from typing_extensions import TypedDict

from libs.common.clock import iso_utc
from libs.common.db.listing import ListQuery
from libs.common.http.callers import Staff
from libs.common.http.described import TimeText, example
from libs.common.http.fields import Choice, PathId
from libs.common.http.lists import list_query, reply_list
from services.customers.api.pos.door import pos
from services.customers.deps import DepsDep
from services.customers.usecases.points import reading
from services.customers.usecases.points.reading import PointsEntry


@example(
    {
        "id": 9,
        "amount": 100,
        "transaction_type": "EARN",
        "description": "Purchase #1024 Bonus",
        "user": 4,
        "created_at": "2023-10-27T14:00:00Z",
    }
)
class PointsEntryOut(TypedDict):
    """A movement of points; `user` is the user who caused it, the time is UTC."""

    id: int
    amount: int
    """Points that were added (positive) or taken (negative)."""
    transaction_type: Annotated[str, Choice("EARN", "REDEEM", "ADJUSTMENT")]
    """The kind of movement."""
    description: str
    user: int | None
    """The id of the user who caused it; null for the system."""
    created_at: TimeText
    """UTC."""


@pos.get("/customers/{customer_id}/history/", response_model=list[PointsEntryOut])
async def list_points(
    request: Request,
    customer_id: PathId,
    who: Staff,
    query: Annotated[ListQuery, Depends(list_query())],
    deps: DepsDep,
) -> Response:
    """List the movements of a customer's points, newest first. Their sum is `current_points`."""
    page = await reading.list_points(customer_id, query, database=deps.database)
    return reply_list(request, [_points_entry_out(entry) for entry in page.items], page, query)


def _points_entry_out(entry: PointsEntry) -> PointsEntryOut:
    return {
        "id": entry.id,
        "amount": entry.amount,
        "transaction_type": entry.transaction_type,
        "description": entry.description,
        "user": entry.user_id,
        "created_at": iso_utc(entry.created_at),
    }
