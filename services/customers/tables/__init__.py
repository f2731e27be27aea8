"""The schema of record of customers: columns, constraints and indexes, in one file per subject."""

from services.customers.tables import changes, charges, common, credit, customers, points, purchases
from services.customers.tables.base import Table

__all__ = ["Table", "changes", "charges", "common", "credit", "customers", "points", "purchases"]
