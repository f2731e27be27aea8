"""Gives approvals: checks the approver's PIN or password and signs a token for one deed (contract §8.5)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from prometheus_client import Counter
from psycopg.errors import UniqueViolation
from psycopg.types.json import Jsonb

from libs.common.approvals import Approval
from libs.common.auth.approvals import LIFETIME, sign_approval
from libs.common.auth.tokens import TokenSigner
from libs.common.clock import Clock
from libs.common.db.database import Database
from libs.common.db.operations import ONCE, did
from libs.common.errors import Throttled, Unavailable
from libs.common.faults import Boundary, reached
from services.auth.clients.passwords import Passwords
from services.auth.domain import approvals as rules
from services.auth.domain.approvals import (
    ApprovalFailures,
    MayNotApprove,
    Wanted,
    WrongApprovalCredentials,
    check_may_approve,
)
from services.auth.domain.identities import email_key, identity_key
from services.auth.domain.origins import Origin
from services.auth.domain.roles import Role
from services.auth.domain.throttling import account_of
from services.auth.usecases import audit
from services.auth.usecases.sessions.guesses import Guesses

approvals_total = Counter(
    "auth_approvals_total",
    "Approvals asked for, by outcome: ok, wrong (credentials), forbidden (approver), throttled, unavailable",
    ["outcome"],
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Approver:
    """The user whose credentials are checked. `session_epoch` is the epoch in which they were read."""

    user_id: int
    username: str
    roles: list[Role]
    session_epoch: int
    password_hash: str = field(repr=False)
    pin_hash: str | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskApproval:
    """A request for an approval. `approver` is an email or username, `secret` their PIN or password."""

    wanted: Wanted
    approver: str
    secret: str = field(repr=False)
    is_pin: bool


@dataclass(frozen=True, slots=True)
class _Given:
    user_id: int


# A username may look like somebody's email: the email counts first.
SELECT_APPROVER = """
select id as user_id, username, session_epoch, password_hash, pin_hash,
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
   order by failed_at desc offset %(of_caller)s - 1 limit 1) as of_caller
"""

# The same statement for known and unknown approvers, so that its duration does not tell them apart.
INSERT_FAILURE: LiteralString = f"""
with failure as (
  insert into approval_failures (approver, caller_id, failed_at) values (%(approver)s, %(actor_id)s, %(now)s)
), known as (
  select id as user_id from users where id = %(user_id)s
), {audit.noted("approval_failed", of="known", details="%(details)s::jsonb")}
select from known
"""

# Not in a later epoch: the approver was deleted, lost a role or got another password meanwhile.
INSERT_APPROVAL: LiteralString = f"""
with given as (
  select id as user_id from users
  where id = %(user_id)s and is_active and session_epoch = %(session_epoch)s
  for share
), {did("approval.given", of="given", thing="user_id")},
{audit.noted("approval_given", of="given", details="%(details)s::jsonb")}
select user_id from given
"""


class Approvals:
    """Gives approvals. Refused credentials get the same answer at the same cost for every reason."""

    def __init__(
        self, *, database: Database, passwords: Passwords, signer: TokenSigner, clock: Clock
    ) -> None:
        self._database = database
        self._guesses = Guesses(passwords)
        self._signer = signer
        self._clock = clock

    async def give(
        self, asked: AskApproval, *, caller_id: int, origin: Origin, operation: UUID
    ) -> tuple[Approval, str]:
        """The approval of the caller's deed, and its token. It stands in the approver's audit trail.

        It has the operation's id: a repeat whose first answer was lost gives the same approval, which is
        used once and stands there once. Raises `WrongApprovalCredentials`, then `MayNotApprove`; `Throttled`
        after too many wrong ones.
        """
        with _counted():
            approver = await self._authenticate(asked, origin)
            check_may_approve(approver.roles, approver_id=approver.user_id, caller_id=caller_id)
            now = self._clock()
            wanted = asked.wanted
            approval = Approval(
                id=operation,
                caller_id=caller_id,
                action=wanted.action,
                subject=wanted.subject,
                limit=wanted.limit,
                approver_id=approver.user_id,
                approver_name=approver.username,
                expires_at=now.replace(microsecond=0) + LIFETIME,
            )
            await self._note(approval, approver, origin, now)
            reached(Boundary.AFTER_APPROVAL_GIVEN)
            return approval, sign_approval(approval, self._signer, now)

    async def _authenticate(self, asked: AskApproval, origin: Origin) -> Approver:
        keys = {"email_key": email_key(asked.approver), "username_key": identity_key(asked.approver)}
        found = await self._database.fetch_one(Approver, SELECT_APPROVER, keys)
        right = await self._guesses.is_right(
            _hash_of(found, asked),
            asked.secret,
            check_throttle=lambda: self._check_throttle(found, asked, origin),
            note_failure=lambda: self._note_failure(found, asked, origin),
        )
        if found is None or not right:
            raise WrongApprovalCredentials
        return found

    async def _check_throttle(self, found: Approver | None, asked: AskApproval, origin: Origin) -> None:
        now = self._clock()
        failures = await self._database.fetch_one(
            ApprovalFailures,
            SELECT_FAILURES,
            {
                "approver": _key_of(found, asked),
                "actor_id": origin.actor_id,
                "since": now - rules.WINDOW,
                "of_approver": rules.MAX_OF_APPROVER,
                "of_caller": rules.MAX_OF_CALLER,
            },
        )
        assert failures, "a select without a table has one row"
        failures.check(now)

    async def _note_failure(self, found: Approver | None, asked: AskApproval, origin: Origin) -> None:
        failure = {
            "approver": _key_of(found, asked),
            "user_id": found.user_id if found else None,
            "details": _details(asked.wanted),
            "now": self._clock(),
        }
        await self._database.execute(INSERT_FAILURE, {**audit.by(origin), **failure})

    async def _note(self, approval: Approval, approver: Approver, origin: Origin, now: datetime) -> None:
        params = {
            **audit.by(origin),
            "operation": approval.id,
            "user_id": approver.user_id,
            "session_epoch": approver.session_epoch,
            "details": _details(Wanted(approval.action, approval.subject, approval.limit), approval),
            "now": now,
        }
        try:
            given = await self._database.fetch_one(_Given, INSERT_APPROVAL, params)
        except UniqueViolation as violation:
            if violation.diag.constraint_name != ONCE:
                raise
            return  # an earlier attempt has noted it, whose answer was lost
        if given is None:
            raise WrongApprovalCredentials


def _hash_of(found: Approver | None, asked: AskApproval) -> str | None:
    if found is None:
        return None
    return found.pin_hash if asked.is_pin else found.password_hash


def _key_of(found: Approver | None, asked: AskApproval) -> str:
    return account_of(found.user_id if found else None, asked.approver)


def _details(wanted: Wanted, approval: Approval | None = None) -> Jsonb:
    limit = {} if wanted.limit is None else {"limit": str(wanted.limit)}
    known = {"approval_id": str(approval.id)} if approval else {}
    return Jsonb({"action": wanted.action, "subject": wanted.subject, **limit, **known})


@contextmanager
def _counted() -> Iterator[None]:
    """Count a request by its outcome."""
    outcome = "ok"
    try:
        yield
    except WrongApprovalCredentials:
        outcome = "wrong"
        raise
    except MayNotApprove:
        outcome = "forbidden"
        raise
    except Throttled:
        outcome = "throttled"
        raise
    except Unavailable:
        outcome = "unavailable"
        raise
    finally:
        approvals_total.labels(outcome).inc()
