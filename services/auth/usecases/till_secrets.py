"""Checks a PIN or password that somebody types at another's till, under one throttle (contract §8.5).

Approvals and changes of cashier share it, so that guessing at both gains nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, LiteralString

from psycopg.types.json import Jsonb

from libs.common.clock import Clock
from libs.common.db.database import Database
from libs.common.emails import email_key
from services.auth.clients.passwords import Passwords
from services.auth.domain import approvals as rules
from services.auth.domain.approvals import ApprovalFailures
from services.auth.domain.identities import identity_key
from services.auth.domain.origins import Origin
from services.auth.domain.throttling import account_of
from services.auth.usecases import audit
from services.auth.usecases.sessions.guesses import Guesses
from services.auth.usecases.sessions.opening import Checked

FailureKind = Literal["approval_failed", "login_failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedSecret:
    """What was typed: an email or username, and their PIN or password."""

    name: str
    secret: str = field(repr=False)
    is_pin: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPerson(Checked):
    """The user whose secret is checked."""

    first_name: str
    last_name: str
    password_hash: str = field(repr=False)
    pin_hash: str | None = field(repr=False)

    @property
    def called(self) -> str:
        """What people call them: their names, else their username."""
        return f"{self.first_name} {self.last_name}".strip() or self.username


# A username may look like somebody's email: the email counts first.
SELECT_PERSON = """
select id as user_id, username, email, first_name, last_name, session_epoch, password_hash, pin_hash,
       array(select role from user_roles where user_id = users.id) as roles
from users
where is_active and (email_key = %(email_key)s or username_key = %(username_key)s)
order by email_key = %(email_key)s desc
limit 1
"""

# For each limit n, the n-th newest failure, if there are n. No part reads more index entries than its limit.
SELECT_FAILURES = """
select
  (select failed_at from approval_failures where approver = %(approver)s and failed_at > %(since)s
   order by failed_at desc offset %(of_approver)s - 1 limit 1) as of_approver,
  (select failed_at from approval_failures where caller_id = %(actor_id)s and failed_at > %(since)s
   order by failed_at desc offset %(of_caller)s - 1 limit 1) as of_caller,
  (select failed_at from approval_failures
   where %(is_pin)s and approver = %(approver)s and failed_at > %(since_yesterday)s
   order by failed_at desc offset %(before_pin)s - 1 limit 1) as of_approver_today
"""


def _insert_failure(kind: FailureKind) -> LiteralString:
    """The same statement for known and unknown people, so that its duration does not tell them apart."""
    return f"""
with failure as (
  insert into approval_failures (approver, caller_id, failed_at) values (%(approver)s, %(actor_id)s, %(now)s)
), known as (
  select id as user_id from users where id = %(user_id)s
), {audit.noted(kind, of="known", details="%(details)s::jsonb")}
select from known
"""


INSERT_FAILURE: Mapping[FailureKind, LiteralString] = {
    "approval_failed": _insert_failure("approval_failed"),
    "login_failed": _insert_failure("login_failed"),
}


class TillSecrets:
    """Finds out whose secret was typed. Wrong ones get the same answer at the same cost for every reason."""

    def __init__(self, *, database: Database, passwords: Passwords, clock: Clock) -> None:
        self._database = database
        self._guesses = Guesses(passwords)
        self._clock = clock

    async def owner_of(
        self, typed: TypedSecret, *, origin: Origin, failure: FailureKind, details: Mapping[str, object]
    ) -> KnownPerson | None:
        """The person, or None if the secret is not theirs: that is counted, and stands in their audit trail.

        Raises `Throttled` without checking the secret, and `Unavailable` if too many wait.
        """
        keys = {"email_key": email_key(typed.name), "username_key": identity_key(typed.name)}
        found = await self._database.fetch_one(KnownPerson, SELECT_PERSON, keys)
        # Spellings of an email that nobody has count together, as those of a user do.
        sought = keys["email_key" if "@" in keys["email_key"] else "username_key"]
        account = account_of(found.user_id if found else None, sought)

        async def note_failure() -> None:
            failed = {"approver": account, "user_id": found.user_id if found else None}
            noted = {"details": Jsonb(dict(details)), "now": self._clock()}
            await self._database.execute(INSERT_FAILURE[failure], {**audit.by(origin), **failed, **noted})

        right = await self._guesses.is_right(
            _hash_of(found, typed),
            typed.secret,
            check_throttle=lambda: self._check_throttle(account, typed, origin),
            note_failure=note_failure,
        )
        return found if right else None

    async def _check_throttle(self, account: str, typed: TypedSecret, origin: Origin) -> None:
        now = self._clock()
        failures = await self._database.fetch_only(
            ApprovalFailures,
            SELECT_FAILURES,
            {
                "approver": account,
                "actor_id": origin.actor_id,
                "is_pin": typed.is_pin,
                "since": now - rules.WINDOW,
                "since_yesterday": now - rules.DAY,
                "of_approver": rules.MAX_OF_APPROVER,
                "of_caller": rules.MAX_OF_CALLER,
                "before_pin": rules.MAX_BEFORE_PIN,
            },
        )
        failures.check(now)


def _hash_of(found: KnownPerson | None, typed: TypedSecret) -> str | None:
    if found is None:
        return None
    return found.pin_hash if typed.is_pin else found.password_hash
