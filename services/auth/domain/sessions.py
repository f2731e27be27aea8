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

    def session_ends_at(self, now: datetime) -> datetime:
        """When a session opened now ends: to the second, as it is shown and as tokens expire.

        In the fraction of a second after that it could be refreshed, by a token that has expired already.
        """
        return now.replace(microsecond=0) + self.session

    def access_seconds(self, now: datetime, session_ends_at: datetime) -> int:
        """The lifetime in seconds of an access token issued now; never beyond the session's end."""
        return min(int(self.access_token.total_seconds()), seconds_until(session_ends_at, now))


def seconds_until(end: datetime, now: datetime) -> int:
    """The lifetime in seconds of a token that is issued now, in a whole second, and expires at the end."""
    return int(end.timestamp()) - int(now.timestamp())


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
