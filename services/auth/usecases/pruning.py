"""The tables of auth that grow, and how long their rows are kept."""

from collections.abc import Sequence
from datetime import timedelta

from libs.common.db.pruning import Prunable
from services.auth.domain.throttling import WINDOW


def prunables(*, sessions: timedelta, audit: timedelta) -> Sequence[Prunable]:
    """Every table that grows. The settings say how long ended sessions and the audit trail are kept."""
    return (
        Prunable("login_failures", "failed_at", WINDOW),
        Prunable("revocations", "expires_at", timedelta(0)),
        Prunable("sessions", "expires_at", sessions),
        Prunable("audit_events", "created_at", audit),
    )
