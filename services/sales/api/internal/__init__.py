"""The door for other services."""

from services.sales.api.internal.orders import internal

__all__ = ["internal"]
