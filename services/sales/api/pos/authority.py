"""The caller's authority at the till, with the approvals in `X-Approval` (contract §8.5).

    async def close_shift(shift_id: PathId, body: CloseIn, authority: CallersAuthority, …) -> Response: ...

A route whose deed can need an approval declares `@refuses(ApprovalRequired(Action.…), ApprovalInvalid())`.
"""

from typing import Annotated

from fastapi import Depends

from libs.common.http.approvals import PresentedApprovals
from libs.common.http.callers import Staff
from services.sales.deps import DepsDep
from services.sales.domain.approvals import Authority


async def _authority_of(who: Staff, presented: PresentedApprovals, deps: DepsDep) -> Authority:
    return Authority(
        user_id=who.user_id,
        is_supervisor=who.is_admin,
        limits=deps.settings.employee_limits,
        presented=presented,
    )


CallersAuthority = Annotated[Authority, Depends(_authority_of)]
