"""For other services: one door, a file of routes for each subject."""

from services.auth.api.internal import exports, sessions, users
from services.auth.api.internal.door import internal

__all__ = ["exports", "internal", "sessions", "users"]
