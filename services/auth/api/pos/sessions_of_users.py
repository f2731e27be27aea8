"""`/api/users/{id}/sessions/`, for ADMIN and OWNER: where somebody is logged in, and the end of that."""

from fastapi import Request, Response
from typing_extensions import TypedDict

from libs.common.errors import Forbidden
from libs.common.http.callers import AdminOrOwner
from libs.common.http.described import example, refuses
from libs.common.http.fields import PathId
from libs.common.http.lists import reply_list
from libs.common.http.nothing import NothingIn
from libs.common.http.replies import reply
from services.auth.api.device import RequestOrigin
from services.auth.api.pos.door import pos
from services.auth.api.pos.sessions import SessionOut, SessionsQuery, session_out
from services.auth.deps import DepsDep
from services.auth.usecases.accounts.signing_out import sign_out
from services.auth.usecases.sessions import reading


@example({"status": "Sesiones cerradas correctamente", "ended": 2})
class SignedOutOut(TypedDict):
    """The answer after somebody was signed out everywhere."""

    status: str
    """For the user."""
    ended: int
    """How many sessions ended: 0 if there was none."""


@pos.get("/users/{user_id}/sessions/", response_model=list[SessionOut])
async def list_sessions_of_user(
    request: Request, user_id: PathId, who: AdminOrOwner, query: SessionsQuery, deps: DepsDep
) -> Response:
    """List the live sessions of a user, newest first. A deleted one has none."""
    page = await reading.list_sessions(user_id, query, database=deps.database, clock=deps.clock)
    shown = [session_out(session, who.session_id) for session in page.items]
    return reply_list(request, shown, page, query)


@pos.post("/users/{user_id}/sessions/revoke/", response_model=SignedOutOut)
@refuses(Forbidden("owner"))
async def revoke_sessions_of_user(
    user_id: PathId, body: NothingIn, who: AdminOrOwner, origin: RequestOrigin, deps: DepsDep
) -> Response:
    """End all sessions of a user, as after a device was lost. Only an OWNER may do so to an OWNER (403).

    Their tokens are refused everywhere within a second. Password and PIN stay.
    """
    ended = await sign_out(user_id, origin=origin, database=deps.database, clock=deps.clock)
    return reply({"status": "Sesiones cerradas correctamente", "ended": ended})
