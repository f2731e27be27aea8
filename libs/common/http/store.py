"""The STORE door for the web shop, mounted at the root (contract §1)."""

from libs.common.http.door import Door
from libs.common.http.store_dialect import STORE


class StoreDoor(Door):
    """Routes are declared as the contract shows them, with no slash at the end: `@store.get("/products")`."""

    dialect = STORE
