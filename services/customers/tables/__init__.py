"""The schema of record of customers: columns, constraints and indexes, in one file per subject."""

from services.customers.tables import changes, common, customers, points, purchases
from services.customers.tables.base import Table

__all__ = ["Table", "changes", "common", "customers", "points", "purchases"]
