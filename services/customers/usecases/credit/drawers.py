"""The drawer that a payment of credit goes into: asked of sales before the payment is booked."""

from libs.common.drawers import NO_DRAWER, Drawer, NoOpenShift, ShiftRequired, UnknownRegister
from libs.common.errors import DomainError, Unavailable
from services.customers.usecases.ports import Drawers


async def choose_drawer(
    user_id: int, register_id: int | None, *, drawers: Drawers, needs_shift: bool
) -> Drawer:
    """The drawer that takes money from this user now, that of the register if one is named.

    Without an answer of sales the money belongs to no shift; raises `Unavailable` if it must belong to one,
    because a register was named or the shop requires a shift. Else raises `UnknownRegister`, `NoOpenShift`
    or `ShiftRequired`.
    """
    try:
        drawer = await drawers.find(user_id, register_id)
    except Unavailable:
        if needs_shift or register_id is not None:
            raise
        return NO_DRAWER
    if needs_shift and drawer.shift_id is None:  # sales was not told yet that one is required
        raise ShiftRequired
    return drawer


async def find_no_drawer(user_id: int, register_id: int, *, drawers: Drawers) -> list[DomainError]:
    """Why the register takes no money now, as `choose_drawer` would raise it; nothing if it does."""
    try:
        await drawers.find(user_id, register_id)
    except (UnknownRegister, NoOpenShift) as refusal:
        return [refusal]
    return []
