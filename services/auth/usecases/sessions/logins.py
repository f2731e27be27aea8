"""Logging in and refreshing. A login opens a session; its tokens never outlive it."""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import LiteralString

from prometheus_client import Counter

from libs.common.auth.tokens import TokenSigner
from libs.common.clock import Clock
from libs.common.contracts.auth import SessionOpened
from libs.common.db.database import Database
from libs.common.errors import Throttled, Unauthenticated, Unavailable
from libs.common.messaging.publishing import published
from services.auth.clients.passwords import Passwords
from services.auth.domain.identities import email_key, identity_key
from services.auth.domain.roles import Role, in_order, pos_role
from services.auth.domain.sessions import POS_TERMS, STOREFRONT_TERMS, Device, Terms
from services.auth.usecases import audit
from services.auth.usecases.sessions.attempts import PasswordAttempts, Tried

TOKEN_ID_BYTES = 16

logins_total = Counter(
    "auth_logins_total",
    "Logins by outcome: ok, wrong (user or password), throttled, unavailable (too many wait, or no database)",
    ["outcome"],
)
_OK, _WRONG, _THROTTLED, _UNAVAILABLE = map(logins_total.labels, ("ok", "wrong", "throttled", "unavailable"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A user for whom tokens are signed."""

    user_id: int
    username: str
    email: str
    roles: list[Role]


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials(Person):
    """The user who logs in. `session_epoch` is the epoch in which their password was read."""

    password_hash: str = field(repr=False)
    session_epoch: int


@dataclass(frozen=True, slots=True)
class _Opened:
    session_id: int


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


SELECT_CREDENTIALS = """
select id as user_id, username, email, password_hash, session_epoch,
       array(select role from user_roles where user_id = users.id) as roles
from users
"""
SELECT_BY_EMAIL = SELECT_CREDENTIALS + "where email_key = %(key)s and is_active"
SELECT_BY_USERNAME = SELECT_CREDENTIALS + "where username_key = %(key)s and is_active"

UPDATE_HASH = """
update users set password_hash = %(new)s where id = %(user_id)s and password_hash = %(old)s
"""

# No session is opened in a later epoch: the user was deleted, got another password or lost a role while the
# password was checked. The share lock makes a revocation wait, so that it finds this session too.
INSERT_SESSION: LiteralString = f"""
with opened as (
  insert into sessions (
    user_id, refresh_token_hash, user_agent, ip_address, created_at, last_used_at, expires_at
  )
  select id, %(refresh_token_hash)s, %(user_agent)s, %(ip_address)s, %(now)s, %(now)s, %(expires_at)s
  from users where id = %(user_id)s and is_active and session_epoch = %(session_epoch)s
  for share
  returning id as session_id, user_id, created_at, expires_at
), {audit.noted("login", of="opened", details="json_build_object('session_id', session_id)")}, {
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

UPDATE_SESSION = """
update sessions set last_used_at = %(now)s
from users
where refresh_token_hash = %(hash)s and revoked_at is null and expires_at > %(now)s
  and users.id = sessions.user_id and users.is_active
returning sessions.id as session_id, expires_at, users.id as user_id, username, email,
          array(select role from user_roles where user_id = users.id) as roles
"""


@dataclass(frozen=True, slots=True)
class Logins:
    """Opens and refreshes sessions.

    Refused logins get the same answer at the same cost for every reason; too many of them are `Throttled`.
    """

    database: Database
    passwords: Passwords
    attempts: PasswordAttempts
    signer: TokenSigner
    clock: Clock

    async def log_in_to_pos(self, *, email: str, password: str, device: Device) -> PosTokens:
        """Open a session of 7 days. Raises `Unauthenticated("login")`."""
        with _counted():
            found = await self.database.fetch_one(Credentials, SELECT_BY_EMAIL, {"key": email_key(email)})
            who = await self._authenticate(found, email, password, device)
            now = self.clock()
            refresh = self._refresh_token(who, now)
            session = await self._open_session(who, device, POS_TERMS, hash_of(refresh), now)
        return PosTokens(refresh=refresh, access=self._access_token(session, POS_TERMS, now))

    async def log_in_to_store(
        self, *, username: str, password: str, device: Device
    ) -> tuple[LiveSession, str]:
        """Open a session of 24 hours with a single token. Raises `Unauthenticated("login")`."""
        with _counted():
            key = identity_key(username)
            found = await self.database.fetch_one(Credentials, SELECT_BY_USERNAME, {"key": key})
            who = await self._authenticate(found, username, password, device)
            now = self.clock()
            session = await self._open_session(who, device, STOREFRONT_TERMS, None, now)
        return session, self._access_token(session, STOREFRONT_TERMS, now)

    async def refresh(self, refresh_token: str) -> str:
        """Issue an access token. Raises `Unauthenticated("invalid")` if the session ended or was revoked."""
        now = self.clock()
        session = await self.database.fetch_one(
            LiveSession, UPDATE_SESSION, {"hash": hash_of(refresh_token), "now": now}
        )
        if session is None:
            raise Unauthenticated("invalid")
        return self._access_token(session, POS_TERMS, now)

    async def _authenticate(
        self, found: Credentials | None, typed: str, password: str, device: Device
    ) -> Credentials:
        tried = Tried(
            user_id=found.user_id if found else None,
            password_hash=found.password_hash if found else None,
            typed=typed,
        )
        right = await self.attempts.succeeds(tried, password, origin=device.used_by(None))
        if found is None or not right:
            raise Unauthenticated("login")
        if self.passwords.is_outdated(found.password_hash):
            await self._rehash(found, password)
        return found

    async def _rehash(self, who: Credentials, password: str) -> None:
        new = await self.passwords.hash(password)
        await self.database.execute(
            UPDATE_HASH, {"user_id": who.user_id, "old": who.password_hash, "new": new}
        )

    async def _open_session(
        self, who: Credentials, device: Device, terms: Terms, refresh_token_hash: bytes | None, now: datetime
    ) -> LiveSession:
        expires_at = now + terms.session
        opened = await self.database.publish_one(
            _Opened,
            INSERT_SESSION,
            {
                **audit.by(device.used_by(who.user_id)),
                "user_id": who.user_id,
                "session_epoch": who.session_epoch,
                "refresh_token_hash": refresh_token_hash,
                "now": now,
                "expires_at": expires_at,
            },
        )
        if opened is None:
            raise Unauthenticated("login")
        return LiveSession(
            user_id=who.user_id,
            username=who.username,
            email=who.email,
            roles=who.roles,
            session_id=opened.session_id,
            expires_at=expires_at,
        )

    def _access_token(self, session: LiveSession, terms: Terms, now: datetime) -> str:
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

    def _refresh_token(self, who: Person, now: datetime) -> str:
        """A token whose `exp` a till may read. It is valid while its hash is in the session's row."""
        claims = {
            "user_id": who.user_id,
            "token_type": "refresh",
            "jti": secrets.token_hex(TOKEN_ID_BYTES),
        }
        return self.signer.sign(claims, int(POS_TERMS.session.total_seconds()), now)


@contextmanager
def _counted() -> Iterator[None]:
    """Count a login by its outcome."""
    try:
        yield
    except Throttled:
        _THROTTLED.inc()
        raise
    except Unauthenticated:
        _WRONG.inc()
        raise
    except Unavailable:
        _UNAVAILABLE.inc()
        raise
    _OK.inc()


def hash_of(refresh_token: str) -> bytes:
    """The hash to store for a refresh token. The token is random enough to need no salt and no slow hash."""
    return hashlib.sha256(refresh_token.encode()).digest()
