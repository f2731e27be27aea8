"""The audit trail of accounts, written in the statement or transaction of the recorded change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, LiteralString

from psycopg import sql
from psycopg.types.json import Jsonb

from libs.common.clock import Clock
from libs.common.db.database import Database, Sql
from libs.common.db.listing import ListQuery
from libs.common.db.pages import Listing, Page
from services.auth.domain.origins import Origin
from services.auth.domain.rights import UserNotFound

AuditKind = Literal[
    "user_created",
    "user_deleted",
    "profile_changed",
    "login",
    "login_failed",
    "session_revoked",
    "role_changed",
    "password_changed",
    "pin_changed",
    "approval_given",
    "approval_failed",
]

_INSERT: LiteralString = (
    "insert into audit_events (user_id, kind, actor_id, ip_address, user_agent, created_at, details)"
)

INSERT_AUDIT_EVENT: LiteralString = f"""
{_INSERT}
values (%(user_id)s, %(kind)s, %(actor_id)s, %(ip_address)s, %(user_agent)s, %(now)s, %(details)s)
"""


def noted(kind: AuditKind, *, of: LiteralString, details: LiteralString = "'{}'") -> LiteralString:
    """The part of a `with` that records an event per `user_id` of the part `of`; `details` is SQL over it.

    The statement needs the parameters of `by`, and `now`.
    """
    return f"""noted as (
  {_INSERT}
  select user_id, '{kind}', %(actor_id)s, %(ip_address)s, %(user_agent)s, %(now)s, {details} from {of}
)"""


def by(origin: Origin) -> dict[str, object]:
    """The origin, as parameters for a statement with a `noted` part."""
    return {
        "actor_id": origin.actor_id,
        "ip_address": origin.ip_address,
        "user_agent": origin.user_agent,
    }


async def record(
    tx: Sql,
    kind: AuditKind,
    *,
    user_id: int,
    origin: Origin,
    clock: Clock,
    details: Mapping[str, object] | None = None,
) -> None:
    """Record an event of the user's account, in the transaction of the change.

    `details` are kept long and shown to every ADMIN: they must never hold a password, a hash or a token.
    """
    await tx.execute(
        INSERT_AUDIT_EVENT,
        {**by(origin), "user_id": user_id, "kind": kind, "now": clock(), "details": Jsonb(details or {})},
    )


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """A recorded event of an account. `actor` is None for operators and callers without a token."""

    id: int
    kind: AuditKind
    created_at: datetime
    actor_id: int | None
    actor: str | None
    ip_address: str
    user_agent: str
    details: dict[str, object]


AUDIT_LIST = Listing(
    row=AuditEvent,
    rows="""
select event.id, kind, event.created_at, actor_id, actor.username as actor, ip_address, user_agent, details
from audit_events event left join users actor on actor.id = actor_id
""",
    counted="audit_events event",
    columns={"id": "event.id", "created_at": "event.id"},
    default=(("id", True),),
)

SELECT_USER_EXISTS = "select exists (select from users where id = %(user_id)s)"


async def list_audit_events(user_id: int, query: ListQuery, *, database: Database) -> Page[AuditEvent]:
    """The audit trail of a user, deleted or not, newest first. Raises `UserNotFound`."""
    if not await database.fetch_value(SELECT_USER_EXISTS, {"user_id": user_id}):
        raise UserNotFound
    return await AUDIT_LIST.read(
        query, [sql.SQL("event.user_id = %(user_id)s")], {"user_id": user_id}, database=database
    )
