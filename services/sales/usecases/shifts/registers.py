"""Creates, changes and reads registers: the drawers for cash (contract §8.1)."""

from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import LiteralString
from uuid import UUID

from psycopg.errors import UniqueViolation

from libs.common.db.database import Database
from libs.common.db.listing import ListQuery
from libs.common.db.operations import did, find_done
from libs.common.db.pages import Listing, Page
from libs.common.unset import UNSET, Unset, given
from services.sales.domain.shifts import (
    RegisterHasOpenShift,
    RegisterNameTaken,
    RegisterNotFound,
    SeriesTaken,
    check_series,
)

CREATED: LiteralString = "register.created"

SELECT_REGISTERS: LiteralString = """
select id, name, series, is_active,
    (select shifts.id from shifts where register_id = registers.id and status = 'OPEN') as open_shift
from registers
"""

SELECT_REGISTER: LiteralString = f"{SELECT_REGISTERS} where id = %(id)s"

# Who opens a shift locks the register too: while it is locked here, none is opened.
LOCK_REGISTER = "select id from registers where id = %(id)s for update"

INSERT_REGISTER: LiteralString = f"""
with created as (
    insert into registers (id, name, series, is_active) overriding system value
    select id, %(name)s, coalesce(%(series)s, 'C' || id), true
    from nextval(pg_get_serial_sequence('registers', 'id')) as id
    returning id, name, series, is_active
), {did(CREATED, of="created")}
select created.*, null::bigint as open_shift from created
"""

UPDATE_REGISTER = "update registers set name = %(name)s, is_active = %(is_active)s where id = %(id)s"


class Violated(StrEnum):
    """The constraints that keep names and series apart."""

    NAME = "uq_registers_name"
    SERIES = "uq_registers_series"


@dataclass(frozen=True, slots=True)
class Register:
    """A register; `open_shift` is the id of its open shift, if there is one."""

    id: int
    name: str
    series: str
    is_active: bool
    open_shift: int | None


@dataclass(frozen=True, slots=True)
class CreateRegister:
    """A register to create, active. Without `series` it gets `C` with its id."""

    operation: UUID
    name: str
    series: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRegister:
    """The fields of a register to change."""

    register_id: int
    name: str | Unset = UNSET
    is_active: bool | Unset = UNSET


REGISTER_LIST = Listing(row=Register, rows=SELECT_REGISTERS, counted="registers", columns={"id": "id"})


async def list_registers(query: ListQuery, *, database: Database) -> Page[Register]:
    """All registers, by id."""
    return await REGISTER_LIST.read(query, [], {}, database=database)


async def create_register(command: CreateRegister, *, database: Database) -> Register:
    """Create a register. A repeat returns the one that it created before.

    Raises `RegisterNameTaken` or `SeriesTaken`.
    """
    if command.series is not None:
        check_series(command.series)
    try:
        async with database.connection() as sql:
            created = await sql.fetch_one(Register, INSERT_REGISTER, asdict(command))
    except UniqueViolation as violation:
        return await _created_before(command, violation, database)
    assert created
    return created


async def change_register(command: ChangeRegister, *, database: Database) -> Register:
    """Change the given fields only.

    Raises `RegisterNotFound`, `RegisterNameTaken`, or `RegisterHasOpenShift` for one that is deactivated.
    """
    wanted = {"id": command.register_id}
    try:
        async with database.transaction() as tx:
            await tx.execute(LOCK_REGISTER, wanted)
            before = await tx.fetch_one(Register, SELECT_REGISTER, wanted)
            if before is None:
                raise RegisterNotFound
            after = replace(before, **given(command, but=("register_id",)))
            if after.open_shift is not None and not after.is_active:
                raise RegisterHasOpenShift
            await tx.execute(UPDATE_REGISTER, asdict(after))
    except UniqueViolation as violation:
        raise _taken(violation) from violation
    return after


async def _created_before(
    command: CreateRegister, violation: UniqueViolation, database: Database
) -> Register:
    """The register, if this operation has created it; raises what is taken otherwise."""
    created = await find_done(database, command.operation, did=CREATED)
    register = await database.fetch_one(Register, SELECT_REGISTER, {"id": created})
    if register is None:
        raise _taken(violation) from violation
    return register


def _taken(violation: UniqueViolation) -> Exception:
    match violation.diag.constraint_name:
        case Violated.NAME:
            return RegisterNameTaken()
        case Violated.SERIES:
            return SeriesTaken()
        case _:
            return violation
