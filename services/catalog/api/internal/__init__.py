"""The door for other services."""

from services.catalog.api.internal.allocations import internal

__all__ = ["internal"]
