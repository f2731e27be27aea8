"""`/api/users/{id}/audit/`, for ADMIN and OWNER: the audit trail of an account."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from typing_extensions import TypedDict

from libs.common.db.listing import ListQuery
from libs.common.http.callers import AdminOrOwner
from libs.common.http.described import example
from libs.common.http.fields import PathId
from libs.common.http.lists import list_query, reply_list
from services.auth.api.pos.door import pos
from services.auth.deps import DepsDep
from services.auth.usecases import audit
from services.auth.usecases.audit import AuditEvent, AuditKind

AuditQuery = Annotated[ListQuery, Depends(list_query(ordering=("created_at",)))]


@example(
    {
        "id": 52,
        "kind": "session_revoked",
        "created_at": "2023-10-27T14:20:00Z",
        "actor_id": 7,
        "actor": "ana",
        "ip_address": "192.168.1.50",
        "user_agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64)",
        "details": {"reason": "logout", "session_ids": [10]},
    }
)
class AuditEventOut(TypedDict):
    """A security event: kind, time, actor (null: an operator, or a caller without a token) and origin."""

    id: int
    kind: AuditKind
    """What happened."""
    created_at: datetime
    """UTC."""
    actor_id: int | None
    """The id of the user who did it; null for an operator or a caller without a token."""
    actor: str | None
    """The username of the user who did it, as it is now."""
    ip_address: str
    """The address that the request came from; may be empty."""
    user_agent: str
    """The device, as it named itself; may be empty."""
    details: dict[str, Any]
    """What the kind of event adds."""


@pos.get("/users/{user_id}/audit/", response_model=list[AuditEventOut])
async def list_audit_events(
    request: Request, user_id: PathId, who: AdminOrOwner, query: AuditQuery, deps: DepsDep
) -> Response:
    """List the security events of a user, newest first. Deleted users have theirs too."""
    page = await audit.list_audit_events(user_id, query, database=deps.database)
    return reply_list(request, [_event_out(event) for event in page.items], page, query)


def _event_out(event: AuditEvent) -> AuditEventOut:
    return {
        "id": event.id,
        "kind": event.kind,
        "created_at": event.created_at,
        "actor_id": event.actor_id,
        "actor": event.actor,
        "ip_address": event.ip_address,
        "user_agent": event.user_agent,
        "details": event.details,
    }
