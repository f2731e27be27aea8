"""How does a session end before its time? It is revoked, listed for the gateways, and told to the world."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, LiteralString

from libs.common.clock import Clock
from libs.common.contracts.auth import SessionRevoked
from libs.common.db.database import Transaction
from services.auth.domain.origins import Origin
from services.auth.domain.sessions import POS_TERMS, SessionNotFound
from services.auth.usecases import audit

RevokeReason = Literal["logout", "password_changed", "user_deleted", "role_lost", "operator"]


@dataclass(frozen=True, slots=True)
class Ended:
    """A session that was live until now; `expires_at` is when the last of its tokens does."""

    id: int
    user_id: int
    expires_at: datetime


TOKENS_END_AFTER = POS_TERMS.access_token + timedelta(minutes=1)
"""The last token of a session that refreshes; who refreshed it just before may have a clock that is fast."""

# A session that can't be refreshed has one token, which lasts as long. Gateways remember a session until then
# and no longer: else whoever logs in and out all week would fill the memory that all sessions share.
ENDED: LiteralString = """
returning id, user_id, case
  when refresh_token_hash is null then expires_at else least(expires_at, %(tokens_end_at)s)
end as expires_at
"""


# Locks the user: a login whose password was checked before this opens no session after it.
START_NEW_EPOCH = "update users set session_epoch = session_epoch + 1 where id = %(user_id)s"

# In the order of their ids, so that two who revoke the same sessions can't wait for one another.
END_SESSIONS_OF: LiteralString = f"""
update sessions set revoked_at = %(now)s
where id in (
  select id from sessions
  where user_id = %(user_id)s and revoked_at is null and expires_at > %(now)s
    and id is distinct from %(except_session)s
  order by id for update
)
{ENDED}"""

END_SESSION: LiteralString = f"""
update sessions set revoked_at = %(now)s
where id = %(id)s and user_id = %(user_id)s and revoked_at is null and expires_at > %(now)s
{ENDED}"""

OWNS_SESSION = "select exists (select from sessions where id = %(id)s and user_id = %(user_id)s)"

# Held until the commit: revocations become visible in the order of their ids, so that a gateway that asks for
# those after the last one it knows misses none.
ONE_AT_A_TIME = "select pg_advisory_xact_lock(hashtext('auth.revocations'))"

LIST_REVOKED = "insert into revocations (session_id, expires_at) values (%(id)s, %(expires_at)s)"


async def revoke_sessions_of(
    tx: Transaction,
    user_id: int,
    *,
    reason: RevokeReason,
    origin: Origin,
    clock: Clock,
    except_session: str | None = None,
) -> int:
    """End the user's live sessions, but for one (a `sid`), and logins that are under way; how many.

    Belongs at the end of its transaction: other revocations wait for the commit.
    """
    now = clock()
    spared = int(except_session) if except_session is not None else None
    await tx.execute(START_NEW_EPOCH, {"user_id": user_id})
    whose = {"user_id": user_id, "except_session": spared, "now": now}
    ended = await tx.fetch_all(Ended, END_SESSIONS_OF, {**whose, "tokens_end_at": now + TOKENS_END_AFTER})
    await _tell(tx, ended, now=now, reason=reason, origin=origin, clock=clock)
    return len(ended)


async def revoke_own_session(
    tx: Transaction, session_id: int, *, user_id: int, origin: Origin, clock: Clock
) -> None:
    """End one session of the user. One that is over stays so; somebody else's is `SessionNotFound`."""
    now = clock()
    this = {"id": session_id, "user_id": user_id, "now": now}
    ended = await tx.fetch_all(Ended, END_SESSION, {**this, "tokens_end_at": now + TOKENS_END_AFTER})
    if not ended and not await tx.fetch_value(OWNS_SESSION, this):
        raise SessionNotFound
    await _tell(tx, ended, now=now, reason="logout", origin=origin, clock=clock)


async def _tell(
    tx: Transaction,
    ended: Sequence[Ended],
    *,
    now: datetime,
    reason: RevokeReason,
    origin: Origin,
    clock: Clock,
) -> None:
    if not ended:
        return
    sessions = sorted(ended, key=lambda session: session.id)
    await audit.record(
        tx,
        "session_revoked",
        user_id=sessions[0].user_id,
        origin=origin,
        clock=clock,
        details={"reason": reason, "session_ids": [session.id for session in sessions]},
    )
    await tx.execute(ONE_AT_A_TIME)
    await tx.execute_each(
        LIST_REVOKED, [{"id": session.id, "expires_at": session.expires_at} for session in sessions]
    )
    for session in sessions:
        told = SessionRevoked(
            session_id=str(session.id),
            user_id=session.user_id,
            expires_at=session.expires_at,
            revoked_at=now,
            reason=reason,
        )
        tx.publish(told, subject=f"session/{session.id}")
