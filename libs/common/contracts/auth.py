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
