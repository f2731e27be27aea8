"""Creates, changes and reads registers: the drawers for cash (contract §8.1)."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import LiteralString
from uuid import UUID

from psycopg.errors import UniqueViolation

from libs.common.db.database import Database, Sql
from libs.common.db.listing import ListQuery
from libs.common.db.operations import did, find_done
from libs.common.db.pages import Listing, Page
from libs.common.errors import DomainError, refuse_all
from libs.common.looks import LookAgain, looks_again
from libs.common.unset import UNSET, Unset, given
from services.sales.domain.shifts import (
    RegisterHasOpenShift,
    RegisterNameTaken,
    RegisterNotFound,
    SeriesTaken,
    is_kept,
)

CREATED: LiteralString = "register.created"

SELECT_REGISTERS: LiteralString = """
select id, name, series, is_active,
    (select shifts.id from shifts where register_id = registers.id and status = 'OPEN') as open_shift
from registers
"""

SELECT_REGISTER: LiteralString = f"{SELECT_REGISTERS} where id = %(id)s"

# Opening a shift locks the register too: while it is locked here, none is opened.
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


# The fields that hinder, in the order of the body.
SELECT_HINDRANCES = """
select 'name' where exists (
    select from registers where lower(name) = lower(%(name)s) and id is distinct from %(id)s::bigint
)
union all
select 'series' where %(is_kept)s or exists (select from registers where series = %(series)s)
union all
select 'is_active' where not %(is_active)s and exists (
    select from shifts where register_id = %(id)s and status = 'OPEN'
)
"""

HINDRANCE_OF: Mapping[str, type[DomainError]] = {
    "name": RegisterNameTaken,
    "series": SeriesTaken,
    "is_active": RegisterHasOpenShift,
}


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
    series: str | None


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


@looks_again("registers")
async def create_register(command: CreateRegister, *, database: Database) -> Register:
    """Create a register. A repeat returns the one that it created before.

    Raises `RegisterNameTaken`, `SeriesTaken` or both.
    """
    if command.series is None or not is_kept(command.series):
        with suppress(UniqueViolation):
            async with database.connection() as sql:
                return await sql.fetch_only(Register, INSERT_REGISTER, asdict(command))
    if before := await _created_before(command, database):
        return before
    async with database.connection() as sql:
        refuse_all(await find_hindrances(name=command.name, series=command.series, sql=sql))
    raise LookAgain


@looks_again("registers")
async def change_register(command: ChangeRegister, *, database: Database) -> Register:
    """Change the given fields only.

    Raises `RegisterNotFound`, `RegisterNameTaken`, and `RegisterHasOpenShift` for one that is deactivated.
    """
    wanted = {"id": command.register_id}
    with suppress(UniqueViolation):
        async with database.transaction() as tx:
            await tx.execute(LOCK_REGISTER, wanted)
            before = await tx.fetch_one(Register, SELECT_REGISTER, wanted)
            if before is None:
                raise RegisterNotFound
            after = replace(before, **given(command, but=("register_id",)))
            refuse_all(
                await find_hindrances(
                    name=after.name, is_active=after.is_active, register_id=after.id, sql=tx
                )
            )
            await tx.execute(UPDATE_REGISTER, asdict(after))
        return after
    raise LookAgain


async def find_hindrances(
    *,
    name: str | None = None,
    series: str | None = None,
    is_active: bool = True,
    register_id: int | None = None,
    sql: Sql,
) -> list[DomainError]:
    """What keeps a register from having these fields; `register_id` is its own, if it has one already."""
    params = {"name": name, "series": series, "is_active": is_active, "id": register_id}
    params["is_kept"] = series is not None and is_kept(series)
    return [HINDRANCE_OF[field]() for field in await sql.fetch_values(SELECT_HINDRANCES, params)]


async def _created_before(command: CreateRegister, database: Database) -> Register | None:
    """The register, if this operation has created it."""
    created = await find_done(database, command.operation, did=CREATED)
    return await database.fetch_one(Register, SELECT_REGISTER, {"id": created})
