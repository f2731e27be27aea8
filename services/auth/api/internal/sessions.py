"""What do gateways ask of auth? Which sessions were revoked, so that they let their tokens in no more."""

from datetime import datetime
from typing import Annotated

from fastapi import Depends, Query, Response
from typing_extensions import TypedDict

from libs.common.errors import Forbidden
from libs.common.http.callers import CallingService
from libs.common.http.fields import BIGINT_MAX, Integer
from libs.common.http.internal import InternalDoor
from libs.common.http.replies import reply
from services.auth.deps import DepsDep
from services.auth.usecases.sessions.reading import revocations

REVOCATIONS_MAX = 10_000

internal = InternalDoor("Mostrador internal: auth")


async def only_gateways(caller: CallingService) -> None:
    """Any other service is `Forbidden`."""
    if caller != "gateway":
        raise Forbidden("role")


class RevokedSessionOut(TypedDict):
    """Refuse the tokens with this `sid` until then."""

    id: int
    session_id: str
    expires_at: datetime


class RevokedSessionsOut(TypedDict):
    """`last` is what to ask `after` next time; null: there was none yet."""

    revoked: list[RevokedSessionOut]
    last: int | None


@internal.get("/revoked-sessions", response_model=RevokedSessionsOut, dependencies=[Depends(only_gateways)])
async def list_revoked_sessions(
    deps: DepsDep,
    after: Annotated[int, Integer(ge=0, le=BIGINT_MAX), Query()] = 0,
    limit: Annotated[int, Integer(ge=1, le=REVOCATIONS_MAX), Query()] = REVOCATIONS_MAX,
) -> Response:
    """Sessions that were revoked and would not be over yet, after a place in the list; as many as `limit`.

    The place only ever grows in the order of commits: who asks after the last one misses none.
    """
    found = await revocations(after, limit, database=deps.database, clock=deps.clock)
    revoked: list[RevokedSessionOut] = [
        {"id": each.id, "session_id": str(each.session_id), "expires_at": each.expires_at} for each in found
    ]
    return reply({"revoked": revoked, "last": found[-1].id if found else after or None})
