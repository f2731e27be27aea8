"""Auth's internal API: the sessions whose tokens are refused."""

from pydantic import AwareDatetime
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from libs.common.contracts.internal.endpoint import Endpoint

REVOKED_SESSIONS = "/internal/revoked-sessions"
REVOKED_SESSIONS_MAX = 10_000


class RevokedSession(TypedDict):
    """Tokens with this `sid` are refused until `expires_at`. `id` is the place in the list."""

    id: int
    session_id: str
    expires_at: AwareDatetime


class RevokedSessionsAnswer(TypedDict):
    """A page of the list. `last` is the place to ask `after` next time; null while the list is empty."""

    revoked: list[RevokedSession]
    last: int | None


LIST_REVOKED_SESSIONS = Endpoint(
    "auth.list_revoked_sessions", "GET", REVOKED_SESSIONS, answer=RevokedSessionsAnswer
)


def revoked_sessions_path(*, after: int, limit: int) -> str:
    """The path of the page after a place in the list; `limit` is at most `REVOKED_SESSIONS_MAX`."""
    return f"{REVOKED_SESSIONS}?after={after}&limit={limit}"
