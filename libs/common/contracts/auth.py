"""What auth tells the world."""

from libs.common.contracts.event import Event, Instant, event


@event("auth.user_created.v1")
class UserCreated(Event):
    """Somebody can log in now. Subject: `user/<user_id>`."""

    user_id: int
    username: str
    email: str
    roles: tuple[str, ...]
    created_at: Instant


@event("auth.user_changed.v1")
class UserChanged(Event):
    """A user as they are now: sent after every change of profile or roles. Subject: `user/<user_id>`.

    Who is not `is_active` was deleted and can't log in any more; username and email stay taken.
    """

    user_id: int
    username: str
    email: str
    roles: tuple[str, ...]
    is_active: bool
    changed_at: Instant


@event("auth.session_opened.v1")
class SessionOpened(Event):
    """Somebody logged in. Subject: `session/<session_id>`, which is the claim `sid` of the tokens."""

    session_id: str
    user_id: int
    expires_at: Instant
    opened_at: Instant


@event("auth.session_revoked.v1")
class SessionRevoked(Event):
    """A session ended before its time: refuse its tokens until `expires_at`. Subject: `session/<session_id>`.

    `reason` is `logout`, `password_changed`, `user_deleted`, `role_lost` or `operator`.
    """

    session_id: str
    user_id: int
    expires_at: Instant
    revoked_at: Instant
    reason: str
