"""`/api/sessions/`, for every user (POS "Session Management & Security")."""

from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request, Response
from typing_extensions import TypedDict

from libs.common.db.listing import ListQuery
from libs.common.http.callers import AnyUser
from libs.common.http.described import example
from libs.common.http.fields import PathId
from libs.common.http.lists import list_query, reply_list
from libs.common.http.nothing import NothingIn
from libs.common.http.replies import reply
from services.auth.api.device import RequestOrigin
from services.auth.api.pos.door import pos
from services.auth.deps import DepsDep
from services.auth.usecases.sessions import reading, revoking
from services.auth.usecases.sessions.reading import SORTABLE, ShownSession

SessionsQuery = Annotated[ListQuery, Depends(list_query(ordering=SORTABLE))]


@example(
    {
        "id": 10,
        "user_agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64)",
        "ip_address": "192.168.1.50",
        "created_at": "2023-10-27T10:00:00Z",
        "last_used_at": "2023-10-27T14:15:00Z",
        "expires_at": "2023-11-03T10:00:00Z",
        "is_revoked": False,
        "current": True,
    }
)
class SessionOut(TypedDict):
    """A session of the caller; `current` marks the session of the request's token."""

    id: int
    user_agent: str
    """The device, as it named itself; may be empty."""
    ip_address: str
    """The address of the login; may be empty."""
    created_at: datetime
    """When the user logged in, UTC."""
    last_used_at: datetime
    """UTC."""
    expires_at: datetime
    """UTC."""
    is_revoked: bool
    """Always false: ended sessions are not listed."""
    current: bool
    """Whether it is the session of the request's own token."""


@example({"status": "Sesión cerrada correctamente"})
class RevokedOut(TypedDict):
    """The answer after a session was revoked."""

    status: str
    """For the user."""


@pos.get("/sessions/", response_model=list[SessionOut])
async def list_sessions(request: Request, who: AnyUser, query: SessionsQuery, deps: DepsDep) -> Response:
    """List the live sessions of the caller, newest first. Users of any role may."""
    page = await reading.list_sessions(who.user_id, query, database=deps.database, clock=deps.clock)
    shown = [session_out(session, who.session_id) for session in page.items]
    return reply_list(request, shown, page, query)


@pos.post("/sessions/{session_id}/revoke/", response_model=RevokedOut)
async def revoke_session(
    session_id: PathId, body: NothingIn, who: AnyUser, origin: RequestOrigin, deps: DepsDep
) -> Response:
    """End a session of the caller. A repeat gets the same answer.

    Its tokens are refused everywhere within a second.
    """
    await revoking.revoke_session(
        session_id, user_id=who.user_id, origin=origin, database=deps.database, clock=deps.clock
    )
    return reply({"status": "Sesión cerrada correctamente"})


def session_out(session: ShownSession, current_id: str) -> SessionOut:
    """The session as POS shows it; `current_id` is the `sid` of the request's token."""
    return {
        "id": session.id,
        "user_agent": session.user_agent,
        "ip_address": session.ip_address,
        "created_at": session.created_at,
        "last_used_at": session.last_used_at,
        "expires_at": session.expires_at,
        "is_revoked": False,
        "current": str(session.id) == current_id,
    }
