"""`X-Approval`: somebody else's approvals of the deeds of a request (contract §8.5), comma-separated.

    @pos.post("/shifts/{shift_id}/close/")
    @idempotent
    async def close_shift(shift_id: PathId, body: CloseIn, presented: PresentedApprovals, …) -> Response: ...

A bad one is refused by the deed that needs it, not here: a repeat gets its answer without another approval.
"""

from typing import Annotated, Any

from fastapi import Depends, Request

from libs.common.approvals import Presented
from libs.common.auth.approvals import verify_approval
from libs.common.auth.tokens import TokenVerifier
from libs.common.errors import Unauthenticated

HEADER = "X-Approval"
APPROVALS_MAX = 5  # one for each action

PARAMETER: dict[str, Any] = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "The `approval` of somebody who may do what the caller may not do alone; two deeds need "
    "two, comma-separated. Each holds for one deed, and a deed that fails does not use it up.",
    "schema": {"type": "string"},
}


async def presented_approvals(request: Request) -> Presented:
    """The approvals of the header, verified as user tokens are. Raises `Unavailable` as for those."""
    given = ",".join(request.headers.getlist(HEADER))
    tokens = [token.strip() for token in given.split(",") if token.strip()]
    verifier: TokenVerifier = request.state.verifier
    approvals = []
    has_invalid = len(tokens) > APPROVALS_MAX
    for token in tokens[:APPROVALS_MAX]:
        try:
            approvals.append(await verify_approval(token, verifier))
        except Unauthenticated:
            has_invalid = True
    return Presented(tuple(approvals), has_invalid=has_invalid)


PresentedApprovals = Annotated[Presented, Depends(presented_approvals)]
