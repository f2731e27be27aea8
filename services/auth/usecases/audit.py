"""What happened to somebody's account, and who did it? The audit trail: written with the deed itself."""

from collections.abc import Mapping
from typing import Literal

from psycopg.types.json import Jsonb

from libs.common.clock import Clock
from libs.common.db.database import Sql
from services.auth.domain.origins import Origin

AuditKind = Literal[
    "user_created",
    "user_deleted",
    "profile_changed",
    "login",
    "login_failed",
    "session_revoked",
    "role_changed",
    "password_changed",
]

INSERT_AUDIT_EVENT = """
insert into audit_events (user_id, kind, actor_id, ip_address, user_agent, created_at, details)
values (%(user_id)s, %(kind)s, %(actor_id)s, %(ip_address)s, %(user_agent)s, %(now)s, %(details)s)
"""


async def record(
    tx: Sql,
    kind: AuditKind,
    *,
    user_id: int,
    origin: Origin,
    clock: Clock,
    details: Mapping[str, object] | None = None,
) -> None:
    """Note that this happened to the user's account, in the transaction in which it happens.

    `details` are kept for long and shown to every ADMIN: never a password, a hash or a token.
    """
    await tx.execute(
        INSERT_AUDIT_EVENT,
        {
            "user_id": user_id,
            "kind": kind,
            "actor_id": origin.actor_id,
            "ip_address": origin.ip_address,
            "user_agent": origin.user_agent,
            "now": clock(),
            "details": Jsonb(details or {}),
        },
    )
