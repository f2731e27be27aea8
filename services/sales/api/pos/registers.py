"""`/api/registers/`: the drawers for cash (contract §8.1)."""

import re
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from typing_extensions import TypedDict

from libs.common.db.listing import ListQuery
from libs.common.errors import DomainError
from libs.common.http.callers import AdminOrOwner, Staff
from libs.common.http.described import example, refuses
from libs.common.http.fields import Boolean, Field, NotAccepted, PathId, Shape, Text
from libs.common.http.idempotency import OperationDep, idempotent
from libs.common.http.lists import list_query, reply_list
from libs.common.http.lookups import Given, looks_up
from libs.common.http.replies import reply
from libs.common.unset import UNSET, Unset
from services.sales.api.pos.door import pos
from services.sales.deps import Deps, DepsDep
from services.sales.domain.shifts import (
    REGISTER_NAME_LENGTH_MAX,
    RegisterHasOpenShift,
    RegisterNameTaken,
    SeriesTaken,
)
from services.sales.usecases.shifts import registers
from services.sales.usecases.shifts.registers import ChangeRegister, CreateRegister, Register

NAME = Text(max_length=REGISTER_NAME_LENGTH_MAX)
SERIES_PATTERN = "[A-Za-z0-9]{1,6}"


@dataclass(frozen=True, slots=True)
class Series(Field):
    """1 to 6 letters and digits, in upper case; blank means null."""

    def parse(self, value: Any) -> str | None:
        """The series; raises `NotAccepted`."""
        series = Text(blank=True).parse(value)
        if series and not re.fullmatch(SERIES_PATTERN, series):
            raise NotAccepted("This value does not match the required pattern.")
        return series.upper() or None

    def json_schema(self) -> dict[str, Any]:
        """A string."""
        return {"type": "string", "pattern": f"^({SERIES_PATTERN})?$"}


@example({"name": "Caja 1", "series": "A1"})
class RegisterIn(Shape):
    """A register to create."""

    name: Annotated[str, NAME]
    """Unique in any letter case."""
    series: Annotated[str | None, Series()] | None = None
    """Numbers its tickets; `C` with its id by default. Unique, in upper case; `C` with a number is kept."""


@example({"name": "Caja de la entrada", "is_active": True})
class RegisterChange(Shape):
    """The fields of a register to change."""

    name: Annotated[str | Unset, NAME] = UNSET
    """Unique in any letter case."""
    is_active: Annotated[bool | Unset, Boolean()] = UNSET
    """No shift is opened on a register that is not."""


@example({"id": 1, "name": "Caja 1", "series": "A1", "is_active": True, "open_shift": None})
class RegisterOut(TypedDict):
    """A register."""

    id: int
    name: str
    series: str
    """Numbers its tickets."""
    is_active: bool
    """Whether shifts are opened on it."""
    open_shift: int | None
    """The id of its open shift; null if there is none."""


async def _hindered(given: Given, deps: Deps, register_id: int | None = None) -> list[DomainError]:
    async with deps.database.connection() as sql:
        return await registers.find_hindrances(
            name=given.get("name"),
            series=given.get("series"),
            is_active=given.get("is_active", True),
            register_id=register_id,
            sql=sql,
        )


@pos.get("/registers/", response_model=list[RegisterOut])
async def list_registers(
    request: Request,
    who: Staff,
    query: Annotated[ListQuery, Depends(list_query(ordering=("id",)))],
    deps: DepsDep,
) -> Response:
    """List the registers by id."""
    page = await registers.list_registers(query, database=deps.database)
    return reply_list(request, [_register_out(register) for register in page.items], page, query)


@pos.post("/registers/", response_model=RegisterOut, status_code=201)
@refuses(RegisterNameTaken(), SeriesTaken())
@looks_up(_hindered)
@idempotent
async def create_register(
    body: RegisterIn, who: AdminOrOwner, deps: DepsDep, operation: OperationDep
) -> Response:
    """Create an active register."""
    register = await registers.create_register(
        CreateRegister(operation.id, body.name, body.series), database=deps.database
    )
    return reply(_register_out(register), status=201)


@pos.patch("/registers/{register_id}/", response_model=RegisterOut)
@refuses(RegisterNameTaken(), RegisterHasOpenShift())
@looks_up(_hindered)
async def change_register(
    register_id: PathId, body: RegisterChange, who: AdminOrOwner, deps: DepsDep
) -> Response:
    """Change the name of a register, or whether it is active. One with an open shift stays active."""
    register = await registers.change_register(
        body.into(ChangeRegister, register_id=register_id), database=deps.database
    )
    return reply(_register_out(register))


def _register_out(register: Register) -> RegisterOut:
    return {
        "id": register.id,
        "name": register.name,
        "series": register.series,
        "is_active": register.is_active,
        "open_shift": register.open_shift,
    }
