"""The list of revoked sessions, for gateways."""

from typing import Annotated

from fastapi import Query, Response

from libs.common.contracts.internal.auth import REVOKED_SESSIONS_MAX, RevokedSession, RevokedSessionsAnswer
from libs.common.http.callers import called_by
from libs.common.http.fields import BIGINT_MAX, Integer
from libs.common.http.replies import reply
from services.auth.api.internal.door import internal
from services.auth.deps import DepsDep
from services.auth.usecases.sessions.reading import list_revocations


@internal.get("/revoked-sessions", response_model=RevokedSessionsAnswer, dependencies=[called_by("gateway")])
async def list_revoked_sessions(
    deps: DepsDep,
    after: Annotated[int, Integer(ge=0, le=BIGINT_MAX), Query()] = 0,
    limit: Annotated[int, Integer(ge=1, le=REVOKED_SESSIONS_MAX), Query()] = REVOKED_SESSIONS_MAX,
) -> Response:
    """List revoked sessions whose tokens have not expired yet, after a position; at most `limit`.

    Positions are assigned in the order of commits, so a caller that continues after the last one misses none.
    """
    found = await list_revocations(after, limit, database=deps.database, clock=deps.clock)
    revoked: list[RevokedSession] = [
        {"id": each.id, "session_id": str(each.session_id), "expires_at": each.expires_at} for each in found
    ]
    answer: RevokedSessionsAnswer = {"revoked": revoked, "last": found[-1].id if found else after or None}
    return reply(answer)
