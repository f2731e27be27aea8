"""The door for other services at /internal, which cannot be reached from outside."""

from libs.common.http.door import Door
from libs.common.http.internal_dialect import INTERNAL


class InternalDoor(Door):
    """Routes are declared after `/internal`, as in the contract (libs/common/contracts/internal).

    Each names its callers: `@internal.get("/orders/{order_uuid}", dependencies=[called_by("catalog")])`.
    A PUT makes what is not there.
    """

    mounted_at = "/internal"
    finds_things_first = False
    dialect = INTERNAL
