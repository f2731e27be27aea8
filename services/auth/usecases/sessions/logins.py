"""Logging in with a password, and refreshing."""

from dataclasses import dataclass, field

from libs.common.clock import Clock
from libs.common.db.database import Database
from libs.common.emails import email_key
from libs.common.errors import Unauthenticated
from libs.common.looks import LookAgain, looks_again
from services.auth.clients.passwords import Passwords
from services.auth.domain.identities import identity_key
from services.auth.domain.sessions import POS_TERMS, STOREFRONT_TERMS, Device
from services.auth.usecases.sessions.attempts import PasswordAttempts, Tried
from services.auth.usecases.sessions.opening import (
    Checked,
    LiveSession,
    PosTokens,
    Sessions,
    hash_of,
    logins,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials(Checked):
    """The user who logs in."""

    password_hash: str = field(repr=False)


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

# What a PIN has opened ends when its user rises above EMPLOYEE.
UPDATE_SESSION = """
update sessions set last_used_at = %(now)s
from users
where refresh_token_hash = %(hash)s and revoked_at is null and expires_at > %(now)s
  and users.id = sessions.user_id and users.is_active
  and not (by_pin and exists (
    select from user_roles where user_id = users.id and role in ('admin', 'owner')
  ))
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
    sessions: Sessions
    clock: Clock

    @logins.counted
    @looks_again("logins")
    async def log_in_to_pos(self, *, email: str, password: str, device: Device) -> PosTokens:
        """Open a session of 7 days. Raises `Unauthenticated("login")`."""
        key = email_key(email)
        found = await self.database.fetch_one(Credentials, SELECT_BY_EMAIL, {"key": key})
        who = await self._authenticate(found, f"email {key}", password, device)
        now = self.clock()
        tokens = await self.sessions.open_for_till(
            who, device.used_by(who.user_id), now=now, expires_at=POS_TERMS.session_ends_at(now)
        )
        if tokens is None:
            raise LookAgain
        return tokens

    @logins.counted
    @looks_again("logins")
    async def log_in_to_store(
        self, *, username: str, password: str, device: Device
    ) -> tuple[LiveSession, str]:
        """Open a session of 24 hours with a single token. Raises `Unauthenticated("login")`."""
        key = identity_key(username)
        found = await self.database.fetch_one(Credentials, SELECT_BY_USERNAME, {"key": key})
        who = await self._authenticate(found, f"username {key}", password, device)
        now = self.clock()
        session = await self.sessions.open(
            who,
            device.used_by(who.user_id),
            None,
            now=now,
            expires_at=STOREFRONT_TERMS.session_ends_at(now),
        )
        if session is None:
            raise LookAgain
        return session, self.sessions.access_token(session, STOREFRONT_TERMS, now)

    async def refresh(self, refresh_token: str) -> str:
        """Issue an access token. Raises `Unauthenticated("invalid")` if the session ended or was revoked."""
        now = self.clock()
        session = await self.database.fetch_one(
            LiveSession, UPDATE_SESSION, {"hash": hash_of(refresh_token), "now": now}
        )
        if session is None:
            raise Unauthenticated("invalid")
        return self.sessions.access_token(session, POS_TERMS, now)

    async def _authenticate(
        self, found: Credentials | None, sought: str, password: str, device: Device
    ) -> Credentials:
        tried = Tried(
            user_id=found.user_id if found else None,
            password_hash=found.password_hash if found else None,
            sought=sought,
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
