"""The schema of record of sales: columns, constraints and indexes, in one file per subject."""

from services.sales.tables import (
    approvals,
    carts,
    common,
    invoices,
    layaways,
    orders,
    payments,
    returns,
    shifts,
    synced,
    till_returns,
)
from services.sales.tables.base import Table

__all__ = [
    "Table",
    "approvals",
    "carts",
    "common",
    "invoices",
    "layaways",
    "orders",
    "payments",
    "returns",
    "shifts",
    "synced",
    "till_returns",
]
