"""STORE: one door, a file of routes for each subject."""

from services.auth.api.store import keys, logins, roles, users
from services.auth.api.store.door import store

__all__ = ["keys", "logins", "roles", "store", "users"]
