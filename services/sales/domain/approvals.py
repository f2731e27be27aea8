"""Deeds that an EMPLOYEE may not do alone, and the approvals that allow them (contract §8.5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from libs.common.approvals import Action, Approval, EmployeeLimits, Presented
from libs.common.errors import DomainError, Kind


class ApprovalRequired(DomainError):
    """An EMPLOYEE does not do this alone: it needs the approval of an ADMIN or OWNER."""

    kind = Kind.FORBIDDEN
    code = "approval_required"
    remedy = (
        "Ask for an approval at `POST /api/approvals/` and send it in `X-Approval` with the same request."
    )

    def __init__(self, *actions: Action) -> None:
        self.actions = actions
        super().__init__(action=actions[0], actions=actions)


class ApprovalInvalid(DomainError):
    """The approval is used up, expired, malformed, or for another caller, action, subject or amount."""

    kind = Kind.FORBIDDEN
    code = "approval_invalid"
    remedy = "Ask for another approval of this deed."


@dataclass(frozen=True, slots=True)
class Deed:
    """Something to be done that may need an approval. `amount` is what the action's limit is compared with.

    `subject` is what it is done to, as the till names it: an order, its `client_id`, or a shift.
    """

    action: Action
    subject: str
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Authority:
    """What somebody at the till may do: alone, or with the approvals that came with their request."""

    user_id: int
    is_supervisor: bool
    limits: EmployeeLimits
    presented: Presented

    def approvals_for(self, *deeds: Deed) -> tuple[Approval, ...]:
        """The approvals that these deeds of one request use up; none for what the person does alone.

        Raises `ApprovalRequired` with every action that lacks one, or `ApprovalInvalid` if something came
        that does not allow any of the deeds.
        """
        needing = [deed for deed in deeds if not self.does_alone(deed)]
        found = [self._approval_of(deed) for deed in needing]
        fitting = tuple(approval for approval in found if approval)
        lacking = [deed.action for deed, approval in zip(needing, found, strict=True) if approval is None]
        if lacking and self._has_more_than(fitting):
            raise ApprovalInvalid
        if lacking:
            raise ApprovalRequired(*lacking)
        return fitting

    def does_alone(self, deed: Deed) -> bool:
        """Whether the deed needs no approval."""
        if self.is_supervisor:
            return True
        limit = self.limits.of(deed.action)
        return limit is not None and deed.amount is not None and deed.amount <= limit

    def _approval_of(self, deed: Deed) -> Approval | None:
        return next((each for each in self.presented.approvals if self._allows(each, deed)), None)

    def _allows(self, approval: Approval, deed: Deed) -> bool:
        return (
            approval.caller_id == self.user_id
            and approval.action is deed.action
            and _named(approval.subject) == _named(deed.subject)
            and (deed.amount is None or (approval.limit is not None and deed.amount <= approval.limit))
        )

    def _has_more_than(self, fitting: Sequence[Approval]) -> bool:
        return self.presented.has_invalid or len(self.presented.approvals) > len(fitting)


def _named(subject: str) -> str:
    """The subject in one form: a till writes a UUID in any letter case, and with or without hyphens."""
    try:
        return str(UUID(subject))
    except ValueError:
        return subject
