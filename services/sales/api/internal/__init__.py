"""For other services: one door, a file of routes for each subject."""

from services.sales.api.internal import exports, orders, shifts
from services.sales.api.internal.door import internal

__all__ = ["exports", "internal", "orders", "shifts"]
