"""Revoking sessions: they end at once, are listed for gateways, and published."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, LiteralString

from libs.common.clock import Clock
from libs.common.contracts.auth import SessionRevoked
from libs.common.db.database import Database, Transaction
from services.auth.domain.origins import Origin
from services.auth.domain.sessions import POS_TERMS, SessionNotFound
from services.auth.usecases import audit

RevokeReason = Literal["logout", "password_changed", "pin_changed", "user_deleted", "role_lost", "operator"]


@dataclass(frozen=True, slots=True)
class Revoked:
    """A session that was revoked just now. `expires_at` is the expiry of its last token."""

    id: int
    user_id: int
    expires_at: datetime


TOKENS_END_AFTER = POS_TERMS.access_token + timedelta(minutes=1)
"""The longest validity of the last token of a refreshed session, with a margin for a fast clock."""

# The expiry of the last token: gateways remember a revoked session until then. A session that cannot be
# refreshed has a single token, which lasts as long as the session. For other sessions the session's end would
# be correct too, but a user who logs in and out all week could fill the gateways' memory.
REVOKED: LiteralString = """
returning id, user_id, case
  when refresh_token_hash is null then expires_at else least(expires_at, %(tokens_end_at)s)
end as expires_at
"""

# Locks the user. A secret that was checked in an earlier epoch opens no session, and is checked again.
UPDATE_EPOCH = "update users set session_epoch = session_epoch + 1 where id = %(user_id)s"

# In any order: whatever else revokes several sessions of the user waits for their lock.
UPDATE_SESSIONS: LiteralString = f"""
update sessions set revoked_at = %(now)s
where user_id = %(user_id)s and revoked_at is null and expires_at > %(now)s
  and id is distinct from %(except_session)s and (by_pin or not %(by_pin_only)s)
{REVOKED}"""

# Before the session, as elsewhere: the line of the audit trail needs it, and waits for a new username.
LOCK_USER = "select from users where id = %(user_id)s for key share"

UPDATE_SESSION: LiteralString = f"""
update sessions set revoked_at = %(now)s
where id = %(id)s and user_id = %(user_id)s and revoked_at is null and expires_at > %(now)s
{REVOKED}"""

SELECT_IS_OWN = "select exists (select from sessions where id = %(id)s and user_id = %(user_id)s)"

# Held until the commit: revocations become visible in the order of their ids, so that a gateway that
# continues after the last id it knows misses none (ADR 0021).
LOCK_REVOCATIONS = "select pg_advisory_xact_lock(hashtext('auth.revocations'))"

INSERT_REVOCATION = "insert into revocations (session_id, expires_at) values (%(id)s, %(expires_at)s)"


SELECT_USERS_WITH_SESSIONS = """
    select distinct user_id from sessions where revoked_at is null and expires_at > %(now)s order by user_id
"""


async def find_users_with_sessions(*, database: Database, clock: Clock) -> list[int]:
    """The users who have live sessions."""
    async with database.connection() as sql:
        return await sql.fetch_values(SELECT_USERS_WITH_SESSIONS, {"now": clock()})


async def revoke_sessions_of(
    tx: Transaction,
    user_id: int,
    *,
    reason: RevokeReason,
    origin: Origin,
    clock: Clock,
    except_session: str | None = None,
) -> int:
    """End the user's live sessions, except one (a `sid`), and have logins in progress checked again.

    A new PIN ends only those that a PIN has opened. Returns the number ended. Call it last in a transaction:
    other revocations wait for the commit.
    """
    now = clock()
    await tx.execute(UPDATE_EPOCH, {"user_id": user_id})
    revoked = await tx.fetch_all(
        Revoked,
        UPDATE_SESSIONS,
        {
            "user_id": user_id,
            "except_session": int(except_session) if except_session is not None else None,
            "by_pin_only": reason == "pin_changed",
            "now": now,
            "tokens_end_at": now + TOKENS_END_AFTER,
        },
    )
    await _record(tx, revoked, now=now, reason=reason, origin=origin, clock=clock)
    return len(revoked)


async def revoke_session(
    session_id: int, *, user_id: int, origin: Origin, database: Database, clock: Clock
) -> None:
    """End one session of the user. Has no effect if it has already ended.

    Raises `SessionNotFound`, also for another user's session.
    """
    now = clock()
    session = {"id": session_id, "user_id": user_id, "now": now, "tokens_end_at": now + TOKENS_END_AFTER}
    async with database.transaction() as tx:
        await tx.execute(LOCK_USER, session)
        revoked = await tx.fetch_all(Revoked, UPDATE_SESSION, session)
        if not revoked and not await tx.fetch_value(SELECT_IS_OWN, session):
            raise SessionNotFound
        await _record(tx, revoked, now=now, reason="logout", origin=origin, clock=clock)


async def _record(
    tx: Transaction,
    revoked: Sequence[Revoked],
    *,
    now: datetime,
    reason: RevokeReason,
    origin: Origin,
    clock: Clock,
) -> None:
    """Record the sessions in the audit trail, list them for gateways, and publish them."""
    if not revoked:
        return
    sessions = sorted(revoked, key=lambda session: session.id)
    await audit.record(
        tx,
        "session_revoked",
        user_id=sessions[0].user_id,
        origin=origin,
        clock=clock,
        details={"reason": reason, "session_ids": [session.id for session in sessions]},
    )
    await tx.execute(LOCK_REVOCATIONS)
    await tx.execute_each(
        INSERT_REVOCATION, [{"id": session.id, "expires_at": session.expires_at} for session in sessions]
    )
    for session in sessions:
        event = SessionRevoked(
            session_id=str(session.id),
            user_id=session.user_id,
            expires_at=session.expires_at,
            revoked_at=now,
            reason=reason,
        )
        tx.publish(event, subject=f"session/{session.id}")
