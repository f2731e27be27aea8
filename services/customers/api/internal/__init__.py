"""For other services: one door, a file of routes for each subject."""

from services.customers.api.internal import charges, customers, exports, points
from services.customers.api.internal.door import internal

__all__ = ["charges", "customers", "exports", "internal", "points"]
