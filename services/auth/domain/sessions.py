"""The duration of sessions and their tokens."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from libs.common.errors import NotFound
from services.auth.domain.origins import Origin

USER_AGENT_LENGTH_MAX = 512
ADDRESS_LENGTH_MAX = 45


class SessionNotFound(NotFound):
    """The session does not exist or belongs to another user."""

    thing = "Session"


@dataclass(frozen=True, slots=True)
class Terms:
    """The lifetime of a session, and the maximum lifetime of its access tokens."""

    session: timedelta
    access_token: timedelta

    def access_seconds(self, now: datetime, session_ends_at: datetime) -> int:
        """The lifetime in seconds of an access token issued now; never beyond the session's end."""
        return int(min(self.access_token, session_ends_at - now).total_seconds())


POS_TERMS = Terms(session=timedelta(days=7), access_token=timedelta(minutes=15))
STOREFRONT_TERMS = Terms(session=timedelta(hours=24), access_token=timedelta(hours=24))


@dataclass(frozen=True, slots=True)
class Device:
    """The device of a request, as the gateway saw it."""

    user_agent: str
    ip_address: str

    def used_by(self, actor_id: int | None) -> Origin:
        """The origin of a request of this user; None for a caller without a token."""
        return Origin(actor_id=actor_id, ip_address=self.ip_address, user_agent=self.user_agent)
