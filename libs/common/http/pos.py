"""What do tills and the back office speak to? The POS door, mounted at /api (contract §1)."""

from libs.common.http.door import Door
from libs.common.http.pos_dialect import POS


class PosDoor(Door):
    """Routes are declared as the contract shows them after `/api`: `@pos.post("/orders/")`."""

    mounted_at = "/api"
    trailing_slash = True
    dialect = POS
