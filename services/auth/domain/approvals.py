"""Approvals: the request, the rights, and the throttle of wrong credentials (contract §8.5)."""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from libs.common.approvals import LIMITED, Action, EmployeeLimits
from libs.common.errors import DomainError, Kind, Throttled
from services.auth.domain.roles import is_admin

WINDOW = timedelta(minutes=5)
MAX_OF_APPROVER = 5
MAX_OF_CALLER = 10
DAY = timedelta(days=1)
MAX_BEFORE_PIN = 50
"""After this many wrong PINs of a person in a day, only the password is left: five tries every five minutes
would find a PIN of four digits within a week."""


class WrongApprovalCredentials(DomainError):
    """No active user has this name with this PIN or password."""

    kind = Kind.FORBIDDEN
    code = "approval_credentials"
    remedy = "Let the approver type them again. Repeated failures are throttled."


class MayNotApprove(DomainError):
    """The approver is neither ADMIN nor OWNER, or is the caller, who can't approve their own deed."""

    kind = Kind.FORBIDDEN
    code = "approver_not_allowed"
    remedy = "Ask another ADMIN or OWNER."


@dataclass(frozen=True, slots=True)
class Wanted:
    """The deed for which an approval is asked. `limit` is None for an action without an amount."""

    action: Action
    subject: str
    limit: Decimal | None


@dataclass(frozen=True, slots=True)
class ApprovalFailures:
    """For each limit, the time of the failure that must leave its window; None if it is not reached."""

    of_approver: datetime | None
    of_caller: datetime | None
    of_approver_today: datetime | None
    """Of `MAX_BEFORE_PIN`; None too if a password was typed."""

    def check(self, now: datetime) -> None:
        """Raises `Throttled` with the seconds until credentials may be tried again."""
        windows = ((self.of_approver, WINDOW), (self.of_caller, WINDOW), (self.of_approver_today, DAY))
        ends = [failed_at + window for failed_at, window in windows if failed_at is not None]
        if ends:
            raise Throttled(math.ceil((max(ends) - now).total_seconds()))


def check_may_approve(roles: Collection[str], *, approver_id: int, caller_id: int) -> None:
    """Permit an ADMIN or OWNER who is not the caller; raises `MayNotApprove`."""
    if approver_id == caller_id or not is_admin(roles):
        raise MayNotApprove


def policy_of(
    limits: EmployeeLimits, *, is_supervisor: bool
) -> Mapping[Action, Mapping[str, Decimal | bool | None]]:
    """For each action the `limit` up to which somebody acts alone, or whether an approval is `needed`.

    ADMIN and OWNER need none: their limit is None.
    """
    return {
        action: {"limit": None if is_supervisor else limits.of(action)}
        if action in LIMITED
        else {"needed": not is_supervisor}
        for action in Action
    }
