"""What may the web shop, and whoever verifies tokens, ask of auth? One door, a file for each subject."""

from services.auth.api.store import keys, logins, roles, users
from services.auth.api.store.door import store

__all__ = ["keys", "logins", "roles", "store", "users"]
