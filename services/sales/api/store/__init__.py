"""The door of the web shop: one door, a file of routes for each subject."""

from services.sales.api.store import carts, invoices, orders, returns
from services.sales.api.store.door import store

__all__ = ["carts", "invoices", "orders", "returns", "store"]
