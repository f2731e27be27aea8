"""The client of sales: asks whose drawer takes money."""

from typing import NoReturn

from libs.common.calls.client import RemoteRefusal, ServiceClient
from libs.common.contracts.internal.sales import OpenShiftAnswer, ShiftRefusal, open_shift_path
from libs.common.drawers import Drawer, NoOpenShift, ShiftRequired, UnknownRegister
from libs.common.errors import NotFound, Unavailable

# A customer waits at the till, and most payments can do without a shift.
TIMEOUT_SECONDS = 1.0


class SalesDrawers:
    """Implements `usecases.ports.Drawers`."""

    def __init__(self, sales: ServiceClient) -> None:
        self._sales = sales

    async def find(self, user_id: int, register_id: int | None) -> Drawer:
        """See `Drawers.find`."""
        path = open_shift_path(user_id, register_id)
        try:
            answer: OpenShiftAnswer = await self._sales.get(path, timeout_seconds=TIMEOUT_SECONDS)
        except RemoteRefusal as refusal:
            _refuse(refusal, register_id)
        return Drawer(answer["shift_id"], answer["register_id"])


def _refuse(refusal: RemoteRefusal, register_id: int | None) -> NoReturn:
    """Raise sales' refusal as customers' own; an unexpected code is a defect and is raised unchanged."""
    match refusal.code:
        case ShiftRefusal.UNKNOWN_REGISTER if register_id is not None:
            raise UnknownRegister(register_id) from refusal
        case ShiftRefusal.NO_OPEN_SHIFT:
            raise NoOpenShift from refusal
        case ShiftRefusal.SHIFT_REQUIRED:
            raise ShiftRequired from refusal
        case NotFound.code:  # the version before does not know the path
            raise Unavailable("sales") from refusal
    raise refusal
