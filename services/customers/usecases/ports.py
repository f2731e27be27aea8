"""The port through which customers uses sales."""

from typing import Protocol

from libs.common.drawers import Drawer


class Drawers(Protocol):
    """Knows whose drawer takes money."""

    async def find(self, user_id: int, register_id: int | None) -> Drawer:
        """The drawer that takes money from this user now, that of the register if one is named.

        Its shift may close at any time. Raises `UnknownRegister`, `NoOpenShift`, `ShiftRequired`, or
        `Unavailable`.
        """
