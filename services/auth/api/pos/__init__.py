"""POS: one door, a file of routes for each subject."""

from services.auth.api.pos import audit, logins, sessions, users
from services.auth.api.pos.door import pos

__all__ = ["audit", "logins", "pos", "sessions", "users"]
