"""The door of tills and the back office: one door, a file of routes for each subject."""

from services.catalog.api.pos import (
    changes,
    holds,
    imports,
    products,
    promotions,
    shortfalls,
    stock,
    suppliers,
)
from services.catalog.api.pos.door import pos

__all__ = ["changes", "holds", "imports", "pos", "products", "promotions", "shortfalls", "stock", "suppliers"]
