"""Opens a shift of a register: one at a time for each register and for each person."""

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import LiteralString
from uuid import UUID

from psycopg.errors import UniqueViolation

from libs.common.contracts.sales import ShiftOpened
from libs.common.db.database import Database
from libs.common.db.operations import did, find_done
from libs.common.drawers import UnknownRegister
from libs.common.errors import DomainError, refuse_all
from libs.common.looks import LookAgain, looks_again
from libs.common.messaging.publishing import published
from services.sales.domain.people import Person
from services.sales.domain.shifts import (
    RegisterInactive,
    ShiftOpenOfUser,
    ShiftOpenOnRegister,
)
from services.sales.usecases.shifts.desk import ShiftDesk
from services.sales.usecases.shifts.reading import find_shift
from services.sales.usecases.shifts.views import SHIFT_COLUMNS, ShiftView

OPENED: LiteralString = "shift.opened"

# The lock keeps the register from being deactivated meanwhile. A statement of its own, so that the next one
# sees the name that a change before has given it.
LOCK_REGISTER = "select id from registers where id = %(register_id)s for no key update"

INSERT_SHIFT: LiteralString = f"""
with place as (
    select id, left_in_drawer from registers where id = %(register_id)s and is_active
), opened as (
    insert into shifts (
        register_id, status, opened_by, opened_at, opening_cash, expected_opening, expected_cash, note
    )
    select id, 'OPEN', %(user_id)s, %(opened_at)s, %(opening_cash)s, left_in_drawer, %(opening_cash)s,
        %(note)s
    from place
    returning *
), {did(OPENED, of="opened")}, {
    published(
        ShiftOpened,
        of="opened",
        subject="'shift/' || id",
        shift_id="id",
        register_name="(select name from registers where registers.id = register_id)",
    )
}
select {SHIFT_COLUMNS} from opened as shifts
"""

SELECT_HINDRANCES = """
select exists (select from registers where id = %(register_id)s) as is_known,
    exists (select from registers where id = %(register_id)s and is_active) as is_active,
    exists (select from shifts where register_id = %(register_id)s and status = 'OPEN') as is_taken,
    exists (select from shifts where opened_by = %(user_id)s and status = 'OPEN'
        and register_id is distinct from %(register_id)s) as is_busy
"""


@dataclass(frozen=True, slots=True)
class OpenShift:
    """A shift to open, with the cash that is in the drawer. `operation` is the same in every repeat."""

    operation: UUID
    user_id: int
    register_id: int
    opening_cash: Decimal
    note: str | None


@dataclass(frozen=True, slots=True)
class _Hindrances:
    is_known: bool
    is_active: bool
    is_taken: bool
    is_busy: bool


@looks_again("shifts")
async def open_shift(command: OpenShift, *, desk: ShiftDesk) -> ShiftView:
    """Open the shift and publish it. A repeat returns the shift that it opened before.

    Raises `UnknownRegister`, `RegisterInactive`, `ShiftOpenOnRegister` and `ShiftOpenOfUser`, all that hold.
    """
    if shift := await _open(command, desk):
        return shift
    if opened := await find_done(desk.database, command.operation, did=OPENED):
        return await find_shift(opened, person=Person(command.user_id, is_admin=True), sql=desk.database)
    refuse_all(await find_hindrances(command.register_id, user_id=command.user_id, database=desk.database))
    raise LookAgain


async def find_hindrances(register_id: int | None, *, user_id: int, database: Database) -> list[DomainError]:
    """The refusals to open a shift of this register by the user now; None stands for a malformed register."""
    params = {"register_id": register_id, "user_id": user_id}
    found = await database.fetch_only(_Hindrances, SELECT_HINDRANCES, params)
    refusals: list[DomainError] = []
    if register_id is not None and not found.is_known:
        refusals.append(UnknownRegister(register_id))
    elif register_id is not None and not found.is_active:
        refusals.append(RegisterInactive())
    elif found.is_taken:
        refusals.append(ShiftOpenOnRegister())
    if found.is_busy:
        refusals.append(ShiftOpenOfUser())
    return refusals


async def _open(command: OpenShift, desk: ShiftDesk) -> ShiftView | None:
    """The shift; None if the register is not to be had, or either has an open shift, or this is a repeat."""
    params = {**asdict(command), "opened_at": desk.clock()}
    try:
        async with desk.database.transaction() as tx:
            await tx.execute(LOCK_REGISTER, params)
            return await tx.publish_one(ShiftView, INSERT_SHIFT, params)
    except UniqueViolation:
        return None
