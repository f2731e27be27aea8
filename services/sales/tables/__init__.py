"""The schema of record of sales: columns, constraints and indexes, in one file per subject."""

from services.sales.tables import common, orders, payments
from services.sales.tables.base import Table

__all__ = ["Table", "common", "orders", "payments"]
