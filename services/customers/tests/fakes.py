"""Fakes of the services that customers calls, given to `deps` in their place."""

from dataclasses import dataclass, field

from libs.common.drawers import NO_DRAWER, Drawer, NoOpenShift, ShiftRequired, UnknownRegister
from libs.common.errors import Unavailable


@dataclass
class FakeDrawers:
    """Sales: the open shift of each register and of each user; a register with None has no open shift."""

    of_registers: dict[int, int | None] = field(default_factory=dict)
    of_users: dict[int, Drawer] = field(default_factory=dict)
    needs_shift: bool = False
    is_away: bool = False
    asked: list[tuple[int, int | None]] = field(default_factory=list)

    async def find(self, user_id: int, register_id: int | None) -> Drawer:
        """See `Drawers.find`."""
        self.asked.append((user_id, register_id))
        if self.is_away:
            raise Unavailable("sales")
        if register_id is not None:
            return self._at(register_id)
        drawer = self.of_users.get(user_id, NO_DRAWER)
        if self.needs_shift and drawer == NO_DRAWER:
            raise ShiftRequired
        return drawer

    def _at(self, register_id: int) -> Drawer:
        if register_id not in self.of_registers:
            raise UnknownRegister(register_id)
        shift_id = self.of_registers[register_id]
        if shift_id is None:
            raise NoOpenShift
        return Drawer(shift_id, register_id)
