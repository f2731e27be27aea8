"""The door for other services."""

from services.auth.api.internal.sessions import internal

__all__ = ["internal"]
