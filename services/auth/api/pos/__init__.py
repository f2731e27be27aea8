"""POS: one door, a file of routes for each subject."""

from services.auth.api.pos import approvals, audit, logins, pins, sessions, sessions_of_users, users
from services.auth.api.pos.door import pos

__all__ = ["approvals", "audit", "logins", "pins", "pos", "sessions", "sessions_of_users", "users"]
