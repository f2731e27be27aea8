"""`/api/customers/{id}/points/` and `…/history/`, for any staff role (contract §5)."""

from typing import Annotated

from fastapi import Depends, Request, Response
from typing_extensions import TypedDict

from libs.common.clock import iso_utc
from libs.common.db.listing import ListQuery
from libs.common.errors import DomainError
from libs.common.http.callers import Staff
from libs.common.http.described import TimeText, example, refuses
from libs.common.http.fields import Choice, NotZero, PathId, Shape, Text
from libs.common.http.idempotency import OperationDep, idempotent
from libs.common.http.lists import list_query, reply_list
from libs.common.http.lookups import Given, looks_up
from libs.common.http.replies import reply
from services.customers.api.pos.door import pos
from services.customers.deps import DepsDep
from services.customers.domain.customers import DESCRIPTION_LENGTH_MAX
from services.customers.domain.points import (
    POINTS_MOVED_MAX,
    EarnedPointsNotPositive,
    InsufficientPoints,
    PointsType,
    points_moved,
)
from services.customers.usecases.points import reading
from services.customers.usecases.points.moving import MovePoints, move_points
from services.customers.usecases.points.reading import PointsEntry


@example({"amount": 100, "transaction_type": "EARN", "description": "Purchase #1024 Bonus"})
class PointsIn(Shape):
    """Points to add or to take by hand."""

    amount: Annotated[int, NotZero(ge=-POINTS_MOVED_MAX, le=POINTS_MOVED_MAX)]
    """Positive for `EARN`. `REDEEM` takes 50 for 50 and for -50; `ADJUSTMENT` adds, or takes if negative."""
    transaction_type: Annotated[str, Choice(*PointsType)]
    """The kind of movement."""
    description: Annotated[str, Text(max_length=DESCRIPTION_LENGTH_MAX)]
    """The reason, for those who read the history."""


@example({"status": "success", "new_balance": 200})
class PointsOut(TypedDict):
    """The points have moved."""

    status: str
    """Always `success`."""
    new_balance: int
    """The customer's points after it."""


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
    transaction_type: Annotated[str, Choice(*PointsType)]
    """The kind of movement."""
    description: str
    user: int | None
    """The id of the user who caused it; null for the system."""
    created_at: TimeText
    """UTC."""


async def _not_positive(given: Given) -> list[DomainError]:
    if {"amount", "transaction_type"} <= given.keys():
        try:
            points_moved(PointsType(given["transaction_type"]), given["amount"])
        except EarnedPointsNotPositive as refusal:
            return [refusal]
    return []


@pos.post("/customers/{customer_id}/points/", status_code=201, response_model=PointsOut)
@refuses(InsufficientPoints(150), EarnedPointsNotPositive())
@looks_up(_not_positive)
@idempotent
async def move_customer_points(
    customer_id: PathId, body: PointsIn, who: Staff, deps: DepsDep, operation: OperationDep
) -> Response:
    """Add points to a customer's balance or take some, with a line in the history. It never falls below 0."""
    command = MovePoints(
        operation=operation.id,
        customer_id=customer_id,
        transaction_type=PointsType(body.transaction_type),
        amount=body.amount,
        description=body.description,
        by=who.user_id,
    )
    balance = await move_points(command, database=deps.database, clock=deps.clock)
    answer: PointsOut = {"status": "success", "new_balance": balance}
    return reply(answer, status=201)


@pos.get("/customers/{customer_id}/history/", response_model=list[PointsEntryOut])
async def list_points(
    request: Request,
    customer_id: PathId,
    who: Staff,
    query: Annotated[ListQuery, Depends(list_query(ordering=("created_at",)))],
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
