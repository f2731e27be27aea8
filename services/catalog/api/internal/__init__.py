"""For other services: one door, a file of routes for each subject."""

from services.catalog.api.internal import allocations, exports, quotes, returns, sales
from services.catalog.api.internal.door import internal

__all__ = ["allocations", "exports", "internal", "quotes", "returns", "sales"]
