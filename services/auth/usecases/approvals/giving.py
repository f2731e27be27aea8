"""Gives approvals: checks the approver's PIN or password and signs a token for one deed (contract §8.5)."""

from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from prometheus_client import Counter
from psycopg.types.json import Jsonb

from libs.common.approvals import Approval
from libs.common.auth.approvals import LIFETIME, sign_approval
from libs.common.auth.tokens import TokenSigner
from libs.common.clock import Clock
from libs.common.db.database import Database
from libs.common.db.operations import ONCE, did
from libs.common.db.violations import suppress_violation
from libs.common.errors import Throttled, Unavailable
from libs.common.faults import Boundary, reached
from libs.common.looks import LookAgain, looks_again
from services.auth.domain.approvals import (
    MayNotApprove,
    Wanted,
    WrongApprovalCredentials,
    check_may_approve,
)
from services.auth.domain.origins import Origin
from services.auth.usecases import audit
from services.auth.usecases.outcomes import Outcomes
from services.auth.usecases.till_secrets import KnownPerson, TillSecrets, TypedSecret

approvals_total = Counter(
    "auth_approvals_total",
    "Approvals asked for, by outcome: ok, wrong (credentials), forbidden (approver), throttled, unavailable",
    ["outcome"],
)
_approvals = Outcomes(
    approvals_total,
    {
        WrongApprovalCredentials: "wrong",
        MayNotApprove: "forbidden",
        Throttled: "throttled",
        Unavailable: "unavailable",
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskApproval:
    """A request for an approval, with what the approver typed."""

    wanted: Wanted
    typed: TypedSecret


@dataclass(frozen=True, slots=True)
class _Given:
    user_id: int


# Not in a later epoch: the approver was deleted, lost a role or got another secret meanwhile, so that theirs
# has to be checked again.
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
        self, *, database: Database, secrets: TillSecrets, signer: TokenSigner, clock: Clock
    ) -> None:
        self._database = database
        self._secrets = secrets
        self._signer = signer
        self._clock = clock

    @_approvals.counted
    @looks_again("approvals")
    async def give(
        self, asked: AskApproval, *, caller_id: int, origin: Origin, operation: UUID
    ) -> tuple[Approval, str]:
        """The approval of the caller's deed, and its token. It stands in the approver's audit trail.

        It has the operation's id: a repeat whose first answer was lost gives the same approval, which is
        used once and stands there once. Raises `WrongApprovalCredentials`, then `MayNotApprove`; `Throttled`
        after too many wrong ones.
        """
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
            approver_name=approver.called,
            expires_at=now.replace(microsecond=0) + LIFETIME,
        )
        await self._note(approval, approver, origin, now)
        reached(Boundary.AFTER_APPROVAL_GIVEN)
        return approval, sign_approval(approval, self._signer, now)

    async def _authenticate(self, asked: AskApproval, origin: Origin) -> KnownPerson:
        approver = await self._secrets.owner_of(
            asked.typed, origin=origin, failure="approval_failed", details=_details(asked.wanted)
        )
        if approver is None:
            raise WrongApprovalCredentials
        return approver

    async def _note(self, approval: Approval, approver: KnownPerson, origin: Origin, now: datetime) -> None:
        params = {
            **audit.by(origin),
            "operation": approval.id,
            "user_id": approver.user_id,
            "session_epoch": approver.session_epoch,
            "details": Jsonb(_details(Wanted(approval.action, approval.subject, approval.limit), approval)),
            "now": now,
        }
        with suppress_violation(ONCE):  # an earlier attempt has noted it, whose answer was lost
            if await self._database.fetch_one(_Given, INSERT_APPROVAL, params) is None:
                raise LookAgain


def _details(wanted: Wanted, approval: Approval | None = None) -> dict[str, object]:
    limit = {} if wanted.limit is None else {"limit": str(wanted.limit)}
    known = {"approval_id": str(approval.id)} if approval else {}
    return {"action": wanted.action, "subject": wanted.subject, **limit, **known}
