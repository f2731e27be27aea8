"""The tables of auth that grow, and the retention of their rows."""

from collections.abc import Sequence
from datetime import timedelta

from libs.common.db.pruning import Prunable
from services.auth.domain.approvals import DAY
from services.auth.domain.throttling import WINDOW


def prunables(*, sessions: timedelta, audit: timedelta) -> Sequence[Prunable]:
    """Every table that grows. The arguments are the retention of ended sessions and of the audit trail."""
    return (
        Prunable("login_failures", "failed_at", WINDOW),
        Prunable("approval_failures", "failed_at", DAY),
        Prunable("revocations", "expires_at", timedelta(0)),
        Prunable("sessions", "expires_at", sessions),
        Prunable("audit_events", "created_at", audit),
    )
