"""The lifecycle of an allocation: the stock that one order took."""

from enum import StrEnum

from libs.common.lifecycle import Actor, Lifecycle, Step

BY_SYSTEM = frozenset({Actor.SYSTEM})


class AllocationStatus(StrEnum):
    """HELD under a lease; CONFIRMED once its order stands; RELEASED if it never will or was cancelled."""

    HELD = "HELD"
    CONFIRMED = "CONFIRMED"
    RELEASED = "RELEASED"


_HELD, _CONFIRMED, _RELEASED = AllocationStatus

CONFIRM = Step((_HELD,), _CONFIRMED, BY_SYSTEM)
RELEASE = Step((_HELD,), _RELEASED, BY_SYSTEM)
# An alarm: the order stands although its stock was released.
RECOVER = Step((_RELEASED,), _CONFIRMED, BY_SYSTEM)
# The goods have left the shop: a sale that happened already, whatever became of its order before.
SELL = Step((_HELD, _RELEASED), _CONFIRMED, BY_SYSTEM)
CANCEL = Step((_HELD, _CONFIRMED), _RELEASED, BY_SYSTEM)

ALLOCATIONS = Lifecycle(tuple(AllocationStatus), (CONFIRM, RELEASE, RECOVER, SELL, CANCEL))
