"""The door for tills and the back office."""

from services.analytics.api.pos.sales_summary import pos

__all__ = ["pos"]
