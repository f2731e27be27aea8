"""The events of auth."""

from libs.common.contracts.event import Event, Instant, event


@event("auth.user_created.v1")
class UserCreated(Event):
    """A user was created and can log in. Subject: `user/<user_id>`."""

    user_id: int
    username: str
    email: str
    roles: tuple[str, ...]
    created_at: Instant


@event("auth.user_changed.v1")
class UserChanged(Event):
    """The current state of a user, sent after a change of profile or roles. Subject: `user/<user_id>`.

    A user who is not `is_active` was deleted and can no longer log in; username and email stay taken.
    """

    user_id: int
    username: str
    email: str
    roles: tuple[str, ...]
    is_active: bool
    changed_at: Instant


@event("auth.session_opened.v1")
class SessionOpened(Event):
    """A user logged in. Subject: `session/<session_id>`; the tokens have the id as claim `sid`."""

    session_id: str
    user_id: int
    expires_at: Instant
    opened_at: Instant


@event("auth.session_revoked.v1")
class SessionRevoked(Event):
    """A session was ended early: refuse its tokens until `expires_at`. Subject: `session/<session_id>`.

    `reason` is `logout`, `password_changed`, `user_deleted`, `role_lost` or `operator`.
    """

    session_id: str
    user_id: int
    expires_at: Instant
    revoked_at: Instant
    reason: str
