"""What do other services speak to? The internal door at /internal, which nobody outside can reach."""

from libs.common.http.door import Door
from libs.common.http.internal_dialect import INTERNAL


class InternalDoor(Door):
    """Routes are declared after `/internal`: `@internal.put("/allocations/{order_id}")`."""

    mounted_at = "/internal"
    dialect = INTERNAL
