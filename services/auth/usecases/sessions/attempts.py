"""Checks passwords under the throttle of wrong ones (ADR 0020)."""

from dataclasses import dataclass, field

from libs.common.addresses import household
from libs.common.clock import Clock
from libs.common.db.database import Database
from services.auth.clients.passwords import Passwords
from services.auth.domain import throttling
from services.auth.domain.origins import Origin
from services.auth.domain.passwords import WrongCurrentPassword
from services.auth.domain.throttling import Failures, account_of
from services.auth.usecases import audit
from services.auth.usecases.sessions.guesses import Guesses

# For each limit n, the n-th newest failure, if there are n. No part reads more index entries than its limit.
SELECT_FAILURES = """
select
  (select failed_at from login_failures
   where ip_address = %(household)s and account = %(account)s and failed_at > %(since)s
   order by failed_at desc offset %(per_account_and_address)s - 1 limit 1) as of_account_and_address,
  (select failed_at from login_failures where account = %(account)s and failed_at > %(since)s
   order by failed_at desc offset %(per_account)s - 1 limit 1) as of_account,
  (select failed_at from login_failures where ip_address = %(household)s and failed_at > %(since)s
   order by failed_at desc offset %(per_address)s - 1 limit 1) as of_address,
  exists (
    select from sessions
    where user_id = %(user_id)s and ip_address = %(ip_address)s and created_at > %(known_since)s
  ) as address_is_known
"""

# The same statement for known and unknown users, so that its duration does not tell them apart.
INSERT_FAILURE = f"""
with failure as (
  insert into login_failures (account, ip_address, failed_at) values (%(account)s, %(household)s, %(now)s)
), known as (
  select id as user_id from users where id = %(user_id)s
), {audit.noted("login_failed", of="known")}
select from known
"""

SELECT_OWN_HASH = "select password_hash, session_epoch from users where id = %(id)s and is_active"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """The user whose password is checked. Without a user no password matches."""

    user_id: int | None
    password_hash: str | None = field(repr=False)
    sought: str = ""
    """What the user was looked up by; failures of unknown names are counted by it (`account_of`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Own:
    session_epoch: int
    password_hash: str = field(repr=False)


class PasswordAttempts:
    """Checks passwords under the throttle of contract §2, which all doors and replicas share."""

    def __init__(self, *, database: Database, passwords: Passwords, clock: Clock) -> None:
        self._database = database
        self._guesses = Guesses(passwords)
        self._clock = clock

    async def succeeds(self, tried: Tried, password: str, *, origin: Origin) -> bool:
        """True if the password is the user's. A failure is counted and recorded in the user's audit trail.

        Raises `Throttled` without checking the password, and `Unavailable` if too many wait.
        """
        return await self._guesses.is_right(
            tried.password_hash,
            password,
            check_throttle=lambda: self._check_throttle(tried, origin),
            note_failure=lambda: self._note_failure(tried, origin),
        )

    async def check_current(self, user_id: int, password: str, *, origin: Origin) -> int:
        """Check the current password of a user who is logged in; return the epoch in which it is the current.

        The throttle applies, as the device may be stolen. Raises `WrongCurrentPassword`, and as `succeeds`.
        """
        own = await self._database.fetch_one(_Own, SELECT_OWN_HASH, {"id": user_id})
        tried = Tried(user_id=user_id, password_hash=own.password_hash if own else None)
        is_right = await self.succeeds(tried, password, origin=origin)
        if own is None or not is_right:
            raise WrongCurrentPassword
        return own.session_epoch

    async def _check_throttle(self, tried: Tried, origin: Origin) -> None:
        now = self._clock()
        failures = await self._database.fetch_only(
            Failures,
            SELECT_FAILURES,
            {
                "account": account_of(tried.user_id, tried.sought),
                "user_id": tried.user_id,
                "household": household(origin.ip_address),
                "ip_address": origin.ip_address,
                "since": now - throttling.WINDOW,
                "known_since": now - throttling.ADDRESS_IS_KNOWN_FOR,
                "per_account_and_address": throttling.MAX_PER_ACCOUNT_AND_ADDRESS,
                "per_account": throttling.MAX_PER_ACCOUNT,
                "per_address": throttling.MAX_PER_ADDRESS,
            },
        )
        failures.check(now)

    async def _note_failure(self, tried: Tried, origin: Origin) -> None:
        failure = {
            "account": account_of(tried.user_id, tried.sought),
            "user_id": tried.user_id,
            "household": household(origin.ip_address),
        }
        await self._database.execute(INSERT_FAILURE, {**audit.by(origin), **failure, "now": self._clock()})
