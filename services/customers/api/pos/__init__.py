"""The door for tills and the back office."""

from services.customers.api.pos.customers import pos

__all__ = ["pos"]
