"""The door for tills and the back office."""

from services.sales.api.pos.orders import pos

__all__ = ["pos"]
