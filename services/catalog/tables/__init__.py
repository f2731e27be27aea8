"""The schema of record of catalog: columns, constraints and indexes, in one file per subject."""

from services.catalog.tables import changes, common, holds, prices, products, promotions, stock, suppliers
from services.catalog.tables.base import Table

__all__ = ["Table", "changes", "common", "holds", "prices", "products", "promotions", "stock", "suppliers"]
