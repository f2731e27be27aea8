"""POS: one door, a file of routes for each subject."""

from services.auth.api.pos import approvals, audit, logins, pins, sessions, users
from services.auth.api.pos.door import pos

__all__ = ["approvals", "audit", "logins", "pins", "pos", "sessions", "users"]
