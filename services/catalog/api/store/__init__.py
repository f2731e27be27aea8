"""The door of the web shop: one door, a file of routes for each subject."""

from services.catalog.api.store import products
from services.catalog.api.store.door import store

__all__ = ["products", "store"]
