"""The lifecycle of an allocation: the stock that one order took."""

from enum import StrEnum

from libs.common.lifecycle import Actor, Lifecycle, Step
from services.catalog.domain.stock import AllocationConfirmed

BY_SYSTEM = frozenset({Actor.SYSTEM})


class AllocationStatus(StrEnum):
    """HELD under a lease until the order is known to stand; a RELEASED one is never taken again."""

    HELD = "HELD"
    CONFIRMED = "CONFIRMED"
    RELEASED = "RELEASED"


_HELD, _CONFIRMED, _RELEASED = AllocationStatus

CONFIRM = Step("confirm", (_HELD,), _CONFIRMED, BY_SYSTEM)
RELEASE = Step("release", (_HELD,), _RELEASED, BY_SYSTEM, AllocationConfirmed)
CANCEL = Step("cancel", (_HELD, _CONFIRMED), _RELEASED, BY_SYSTEM)

ALLOCATIONS = Lifecycle(tuple(AllocationStatus), (CONFIRM, RELEASE, CANCEL))
