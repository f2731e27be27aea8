"""The refusal of what an EMPLOYEE does only with somebody else's approval (contract §8.5)."""

from libs.common.errors import DomainError, Kind


class ApprovalRequired(DomainError):
    """An EMPLOYEE needs the approval of an ADMIN or OWNER for this.

    `action` is the approval's: `refund`, `discount`, `shift_difference`, …
    """

    kind = Kind.FORBIDDEN
    code = "approval_required"
    remedy = (
        "Have an ADMIN or OWNER approve it (`POST /api/approvals/`), and send it again with `X-Approval`."
    )

    def __init__(self, action: str) -> None:
        super().__init__(action=action)
