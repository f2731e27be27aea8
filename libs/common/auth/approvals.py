"""Signs and verifies approvals (contract §8.5) with the keys of user tokens.

An approval is no session: the type of a token and the claims of each keep them apart.
"""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError

from libs.common.approvals import Action, Approval
from libs.common.auth.tokens import TokenSigner, TokenVerifier
from libs.common.errors import Unauthenticated

APPROVAL = "approval"  # the type of the token
LIFETIME = timedelta(minutes=2)


class ApprovalClaims(BaseModel):
    """The claims of an approval."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    jti: UUID
    caller_id: int
    action: Action
    subject: str
    limit: Decimal | None
    approver_id: int
    approver_name: str
    exp: int

    def approval(self) -> Approval:
        """Return the approval that the claims describe."""
        return Approval(
            id=self.jti,
            caller_id=self.caller_id,
            action=self.action,
            subject=self.subject,
            limit=self.limit,
            approver_id=self.approver_id,
            approver_name=self.approver_name,
            expires_at=datetime.fromtimestamp(self.exp, UTC),
        )


def sign_approval(approval: Approval, signer: TokenSigner, now: datetime) -> str:
    """Return the token of an approval, which is valid until its `expires_at`."""
    claims = asdict(approval)
    expires_at = claims.pop("expires_at")
    claims |= {
        "token_type": APPROVAL,
        "jti": str(claims.pop("id")),
        "limit": None if approval.limit is None else str(approval.limit),
    }
    return signer.sign(claims, int(expires_at.timestamp()) - int(now.timestamp()), now)


async def verify_approval(token: str, verifier: TokenVerifier, *, at: datetime | None = None) -> Approval:
    """Return the approval, if it is valid now or was `at` the moment at which it came.

    Raises `Unauthenticated("invalid")`, also for a token of any other type.
    """
    claims = await verifier.claims_of(token, APPROVAL, at=at)
    try:
        return ApprovalClaims.model_validate(claims).approval()
    except ValidationError as error:
        raise Unauthenticated("invalid") from error
