"""The POS door for tills and the back office, mounted at /api (contract §1)."""

from libs.common.http.door import Door
from libs.common.http.pos_dialect import POS


class PosDoor(Door):
    """Routes are declared as the contract shows them after `/api`: `@pos.post("/orders/")`."""

    mounted_at = "/api"
    trailing_slash = True
    dialect = POS
