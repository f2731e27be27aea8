"""Opens sessions and signs their tokens, which never outlive them."""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import LiteralString

from prometheus_client import Counter

from libs.common.auth.tokens import TokenSigner
from libs.common.contracts.auth import SessionOpened
from libs.common.db.database import Database
from libs.common.errors import Throttled, Unauthenticated, Unavailable
from libs.common.messaging.publishing import published
from services.auth.domain.origins import Origin
from services.auth.domain.pins import PinNotEnough, WrongPin
from services.auth.domain.roles import Role, in_order, pos_role
from services.auth.domain.sessions import POS_TERMS, Terms, seconds_until
from services.auth.usecases import audit
from services.auth.usecases.outcomes import Outcomes

TOKEN_ID_BYTES = 16

logins_total = Counter(
    "auth_logins_total",
    "Logins by outcome: ok, wrong (user, password or PIN), throttled, unavailable (too many wait, or no "
    "database)",
    ["outcome"],
)
logins = Outcomes(
    logins_total,
    {
        Throttled: "throttled",
        Unauthenticated: "wrong",
        WrongPin: "wrong",
        PinNotEnough: "wrong",
        Unavailable: "unavailable",
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A user for whom tokens are signed."""

    user_id: int
    username: str
    email: str
    roles: list[Role]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked(Person):
    """A user whose secret was right. `session_epoch` is the epoch in which it was read."""

    session_epoch: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSession(Person):
    """A live session and its user."""

    session_id: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class PosTokens:
    """The tokens of a till: `access` is valid for 15 minutes, `refresh` as long as the session."""

    refresh: str = field(repr=False)
    access: str = field(repr=False)


# No session is opened in a later epoch: the user was deleted, got another secret or lost a role while theirs
# was checked, which has to be done again. The share lock makes a revocation wait, so that it finds this
# session too.
def _insert_session(source: LiteralString, by_pin: LiteralString, details: LiteralString) -> LiteralString:
    return f"""
with opened as (
  insert into sessions (
    user_id, refresh_token_hash, by_pin, user_agent, ip_address, created_at, last_used_at, expires_at
  )
  select users.id, %(refresh_token_hash)s, {by_pin}, %(user_agent)s, %(ip_address)s, %(now)s, %(now)s,
         %(expires_at)s
  from {source} where users.id = %(user_id)s and users.is_active and session_epoch = %(session_epoch)s
  for share
  returning id as session_id, user_id, created_at, expires_at
), {audit.noted("login", of="opened", details=details)}, {
        published(
            SessionOpened,
            of="opened",
            subject="'session/' || session_id",
            session_id="session_id::text",
            opened_at="created_at",
        )
    }
select session_id from opened
"""


INSERT_SESSION = _insert_session("users", "false", "json_build_object('session_id', session_id)")

# None where the session before has ended meanwhile: a device that was shut out stays so.
INSERT_SESSION_BY_PIN = _insert_session(
    """users join sessions as before
    on before.id = %(before)s and before.user_id = %(actor_id)s and before.revoked_at is null
    and before.expires_at > %(now)s""",
    "true",
    "json_build_object('session_id', session_id, 'by', 'pin', 'before', %(before)s::bigint)",
)


@dataclass(frozen=True, slots=True)
class Sessions:
    """Opens sessions, and signs the tokens of those that live."""

    database: Database
    signer: TokenSigner

    async def open_for_till(
        self, who: Checked, origin: Origin, *, now: datetime, expires_at: datetime, before: str | None = None
    ) -> PosTokens | None:
        """The tokens of a new session; None if the user has changed since their secret was read.

        With `before`, the `sid` of the actor's own session, it is one that a PIN opens; None also if that has
        ended.
        """
        refresh = self._refresh_token(who, now, expires_at)
        session = await self.open(
            who, origin, hash_of(refresh), now=now, expires_at=expires_at, before=before
        )
        if session is None:
            return None
        return PosTokens(refresh=refresh, access=self.access_token(session, POS_TERMS, now))

    async def open(
        self,
        who: Checked,
        origin: Origin,
        refresh_token_hash: bytes | None,
        *,
        now: datetime,
        expires_at: datetime,
        before: str | None = None,
    ) -> LiveSession | None:
        """The new session, or None as `open_for_till`."""
        session_id: int | None = await self.database.publish_value(
            INSERT_SESSION if before is None else INSERT_SESSION_BY_PIN,
            {
                **audit.by(origin),
                "user_id": who.user_id,
                "session_epoch": who.session_epoch,
                "refresh_token_hash": refresh_token_hash,
                "before": before,
                "now": now,
                "expires_at": expires_at,
            },
        )
        if session_id is None:
            return None
        return LiveSession(
            user_id=who.user_id,
            username=who.username,
            email=who.email,
            roles=who.roles,
            session_id=session_id,
            expires_at=expires_at,
        )

    def access_token(self, session: LiveSession, terms: Terms, now: datetime) -> str:
        """An access token of the session."""
        claims = {
            "user_id": session.user_id,
            "email": session.email,
            "username": session.username,
            "role": pos_role(session.roles),
            "roles": in_order(session.roles),
            "sid": str(session.session_id),
            "token_type": "access",
            "jti": secrets.token_hex(TOKEN_ID_BYTES),
        }
        return self.signer.sign(claims, terms.access_seconds(now, session.expires_at), now)

    def _refresh_token(self, who: Person, now: datetime, expires_at: datetime) -> str:
        """A token whose `exp` a till may read. It is valid while its hash is in the session's row."""
        claims = {
            "user_id": who.user_id,
            "token_type": "refresh",
            "jti": secrets.token_hex(TOKEN_ID_BYTES),
        }
        return self.signer.sign(claims, seconds_until(expires_at, now), now)


def hash_of(refresh_token: str) -> bytes:
    """The hash to store for a refresh token. The token is random enough to need no salt and no slow hash."""
    return hashlib.sha256(refresh_token.encode()).digest()
