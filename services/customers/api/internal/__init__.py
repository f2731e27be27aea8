"""The door for other services."""

from services.customers.api.internal.customers import internal

__all__ = ["internal"]
