"""The events of auth."""

from libs.common.contracts.event import Event, Instant, event


@event("auth.user_created.v1", subject="user/<user_id>", once_per="user")
class UserCreated(Event):
    """A user was created and can log in."""

    user_id: int
    username: str
    email: str
    roles: tuple[str, ...]
    created_at: Instant


@event("auth.user_changed.v1", subject="user/<user_id>")
class UserChanged(Event):
    """The profile or the roles of a user changed, or the user was deleted: the current state.

    A user who is not `is_active` was deleted and can no longer log in; username and email stay taken.
    """

    user_id: int
    username: str
    email: str
    roles: tuple[str, ...]
    is_active: bool
    changed_at: Instant


@event("auth.session_opened.v1", subject="session/<session_id>", once_per="session")
class SessionOpened(Event):
    """A user logged in. The tokens of the session have its id as claim `sid`."""

    session_id: str
    user_id: int
    expires_at: Instant
    opened_at: Instant


@event("auth.session_revoked.v1", subject="session/<session_id>", once_per="session")
class SessionRevoked(Event):
    """A session was ended early: refuse its tokens until `expires_at`.

    `reason` is `logout`, `password_changed`, `pin_changed`, `user_deleted`, `role_lost` or `operator`.
    """

    session_id: str
    user_id: int
    expires_at: Instant
    revoked_at: Instant
    reason: str
