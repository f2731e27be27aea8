"""POS: one door, a file of routes for each subject."""

from services.customers.api.pos import changes, credit, credit_owed, customers, points
from services.customers.api.pos.door import pos

__all__ = ["changes", "credit", "credit_owed", "customers", "points", "pos"]
