"""Auth's internal API: the sessions whose tokens are refused, the names of users, and their export."""

from typing import NotRequired

from pydantic import AwareDatetime
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from libs.common.contracts.auth import UserChanged
from libs.common.contracts.internal.endpoint import Endpoint
from libs.common.contracts.internal.exports import EXPORTS, ExportPage

REVOKED_SESSIONS = "/internal/revoked-sessions"
REVOKED_SESSIONS_MAX = 10_000
USERS = "/internal/users"
USER = f"{USERS}/{{user_id}}"
EXPORTED_USERS = f"{EXPORTS}/users"

NOT_FOUND = "not_found"


class RevokedSession(TypedDict):
    """Tokens with this `sid` are refused until `expires_at`. `id` is the place in the list."""

    id: int
    session_id: str
    expires_at: AwareDatetime


class RevokedSessionsAnswer(TypedDict):
    """A page of the list. `last` is the place to ask `after` next time; null while the list is empty."""

    revoked: list[RevokedSession]
    last: int | None


class UserAnswer(TypedDict):
    """A user; one who is not active was deleted.

    `is_supervisor`: an ADMIN or OWNER, who needs no approvals; the version before does not tell.
    """

    user_id: int
    username: str
    is_active: bool
    is_supervisor: NotRequired[bool]


ExportedUsers = ExportPage[UserChanged]
"""Every user as the last change has left them, also deleted ones; by id.

`changed_at` is when the page was read: auth does not keep the time of a change.
"""

LIST_REVOKED_SESSIONS = Endpoint(
    "auth.list_revoked_sessions", "GET", REVOKED_SESSIONS, answer=RevokedSessionsAnswer
)
GET_USER = Endpoint("auth.get_user", "GET", USER, answer=UserAnswer, refusals=frozenset({NOT_FOUND}))
EXPORT_USERS = Endpoint("auth.export_users", "GET", EXPORTED_USERS, answer=ExportedUsers)


def revoked_sessions_path(*, after: int, limit: int) -> str:
    """The path of the page after a place in the list; `limit` is at most `REVOKED_SESSIONS_MAX`."""
    return f"{REVOKED_SESSIONS}?after={after}&limit={limit}"


def user_path(user_id: int) -> str:
    """The path of a user."""
    return f"{USERS}/{user_id}"
