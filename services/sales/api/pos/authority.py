"""The caller's authority at the till, with the approvals in `X-Approval` (contract §8.5).

    async def close_shift(shift_id: PathId, body: CloseIn, approved: Approved, deps: DepsDep, …) -> Response:
        … approved.authority(deps) …

A route whose deed can need an approval declares `@refuses(ApprovalRequired(Action.REFUND),
ApprovalInvalid())`.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends

from libs.common.approvals import Presented
from libs.common.auth.principal import Principal
from libs.common.http.approvals import PresentedApprovals
from libs.common.http.callers import Staff
from services.sales.deps import Deps
from services.sales.domain.approvals import Authority


@dataclass(frozen=True, slots=True)
class ApprovedCaller:
    """The caller, and the approvals that came with the request."""

    who: Principal
    presented: Presented

    def authority(self, deps: Deps) -> Authority:
        """What they may do, alone or approved, under the shop's limits."""
        return Authority(
            user_id=self.who.user_id,
            is_supervisor=self.who.is_admin,
            limits=deps.settings.employee_limits,
            presented=self.presented,
        )


async def _approved(who: Staff, presented: PresentedApprovals) -> ApprovedCaller:
    return ApprovedCaller(who, presented)


Approved = Annotated[ApprovedCaller, Depends(_approved)]
