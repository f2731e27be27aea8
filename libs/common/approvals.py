"""Somebody else's approval of a deed at the till (contract §8.5): actions, limits, and the approval itself.

auth gives approvals and shows the limits; sales demands and uses them up. Both read the same settings.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID


class Action(StrEnum):
    """A deed that an EMPLOYEE may not do alone, or only up to a limit."""

    DISCOUNT = "discount"
    REFUND = "refund"
    SHIFT_DIFFERENCE = "shift_difference"
    CLOSE_WITH_UNSENT = "close_with_unsent"
    CASH_REFUND = "cash_refund"


LIMITED = frozenset({Action.DISCOUNT, Action.REFUND, Action.SHIFT_DIFFERENCE})
"""The actions with an amount: an approval of them holds up to a limit."""


@dataclass(frozen=True, slots=True)
class EmployeeLimits:
    """The limits of what an EMPLOYEE may do alone, inclusive: a discount in percent, the others in money."""

    discount: Decimal
    refund: Decimal
    shift_difference: Decimal

    def of(self, action: Action) -> Decimal | None:
        """The limit of this action; None for one that is never done alone."""
        limits = {
            Action.DISCOUNT: self.discount,
            Action.REFUND: self.refund,
            Action.SHIFT_DIFFERENCE: self.shift_difference,
        }
        return limits.get(action)


@dataclass(frozen=True, slots=True)
class Approval:
    """The approval of one deed: this caller, action and subject, up to the limit if the action has one."""

    id: UUID
    caller_id: int
    action: Action
    subject: str
    limit: Decimal | None
    approver_id: int
    approver_name: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Presented:
    """The approvals that came with a request; `has_invalid` if what came was not all valid approvals."""

    approvals: tuple[Approval, ...] = ()
    has_invalid: bool = False
