"""The drawer that money belongs to, and the refusals where there is none (contract §8.1).

sales knows the drawers; customers, who takes payments of credit, asks it. Both refuse in the same words.
"""

from dataclasses import dataclass

from libs.common.errors import DomainError, Kind


@dataclass(frozen=True, slots=True)
class Drawer:
    """The open shift that takes money, and its register; both None if the money belongs to no shift."""

    shift_id: int | None
    register_id: int | None


NO_DRAWER = Drawer(None, None)


class UnknownRegister(DomainError):
    """No register has this id."""

    code = "unknown_register"
    remedy = "Take the id of a register from `GET /api/registers/`."

    def __init__(self, register_id: int) -> None:
        super().__init__(register_id=register_id)


class NoOpenShift(DomainError):
    """The register that was named has no open shift."""

    kind = Kind.CONFLICT
    code = "no_open_shift"
    remedy = "Open a shift on the register, or name another one."


class ShiftRequired(DomainError):
    """The money would belong to no shift, and the shop requires one (`REQUIRE_OPEN_SHIFT`)."""

    kind = Kind.CONFLICT
    code = "shift_required"
    remedy = "Open a shift, or name the register whose drawer takes the money."


WITHOUT_DRAWER = (UnknownRegister(9), NoOpenShift(), ShiftRequired())
"""An example of each, for `@refuses` at the routes that take or give money."""
