"""`/api/shifts/`: the cash of a register, from opening to the Z report (contract §8.1)."""

from decimal import Decimal
from typing import Annotated

from fastapi import Depends, Query, Request, Response

from libs.common.approvals import Action
from libs.common.auth.principal import Principal
from libs.common.db.listing import ListQuery
from libs.common.drawers import UnknownRegister
from libs.common.errors import DomainError, Forbidden
from libs.common.http.callers import Staff, actor_of
from libs.common.http.described import refuses
from libs.common.http.fields import PathId, PrimaryKeyOrNull
from libs.common.http.idempotency import OperationDep, idempotent
from libs.common.http.lists import list_query, reply_list
from libs.common.http.lookups import Given, looks_up
from libs.common.http.replies import reply
from services.sales.api.people import person_of
from services.sales.api.pos.authority import Approved
from services.sales.api.pos.door import pos
from services.sales.api.pos.shift_reports import CloseIn, ReportOut, report_out
from services.sales.api.pos.shift_shapes import (
    MovementIn,
    MovementOut,
    ShiftFilterIn,
    ShiftIn,
    ShiftOut,
    movement_out,
    shift_out,
)
from services.sales.deps import Deps, DepsDep
from services.sales.domain.approvals import ApprovalInvalid, ApprovalRequired
from services.sales.domain.lifecycles import CLOSE_SHIFT
from services.sales.domain.shifts import (
    AmountOfMovement,
    DenominationsDiffer,
    LeftMoreThanCounted,
    MovementKind,
    NotEnoughCash,
    RegisterInactive,
    SalesUnsent,
    ShiftClosed,
    ShiftNotFound,
    ShiftOpenOfUser,
    ShiftOpenOnRegister,
    added_to_drawer,
)
from services.sales.usecases.shifts import closing, moving, opening, reading, reporting
from services.sales.usecases.shifts.closing import CloseShift
from services.sales.usecases.shifts.moving import MoveCash
from services.sales.usecases.shifts.opening import OpenShift
from services.sales.usecases.shifts.reading import SORTABLE, ShiftFilter

ShiftsQuery = Annotated[ListQuery, Depends(list_query(ordering=SORTABLE))]
MovementsQuery = Annotated[ListQuery, Depends(list_query(ordering=("created_at",)))]
Closer = Annotated[Principal, actor_of(CLOSE_SHIFT)]


async def _hindrances(given: Given, who: Principal, deps: Deps) -> list[DomainError]:
    return await opening.find_hindrances(
        given.get("register_id"), user_id=who.user_id, database=deps.database
    )


async def _wrong_amount(given: Given) -> list[DomainError]:
    if {"kind", "amount"} <= given.keys():
        try:
            added_to_drawer(MovementKind(given["kind"]), given["amount"])
        except AmountOfMovement as refusal:
            return [refusal]
    return []


@pos.get("/shifts/", response_model=list[ShiftOut])
async def list_shifts(
    request: Request,
    who: Staff,
    deps: DepsDep,
    query: ShiftsQuery,
    wanted: Annotated[ShiftFilterIn, Query()],
) -> Response:
    """List shifts, newest first. An EMPLOYEE sees those that they opened or sold in."""
    page = await reading.list_shifts(
        query,
        wanted=ShiftFilter(wanted.status, wanted.register_id, wanted.user, wanted.date_from, wanted.date_to),
        person=person_of(who),
        timezone=deps.settings.store_timezone,
        database=deps.database,
    )
    shifts = [shift_out(shift, hides_expected=_hides_expected(who, deps)) for shift in page.items]
    return reply_list(request, shifts, page, query)


@pos.post("/shifts/", response_model=ShiftOut, status_code=201)
@refuses(UnknownRegister(9), RegisterInactive(), ShiftOpenOnRegister(), ShiftOpenOfUser())
@looks_up(_hindrances)
@idempotent
async def open_shift(body: ShiftIn, who: Staff, deps: DepsDep, operation: OperationDep) -> Response:
    """Open a shift of a register. A register has one open shift at most, and a person has opened one."""
    shift = await opening.open_shift(
        OpenShift(operation.id, who.user_id, body.register_id, body.opening_cash, body.note), desk=deps.shifts
    )
    return reply(shift_out(shift, hides_expected=_hides_expected(who, deps)), status=201)


@pos.get("/shifts/current/", response_model=ShiftOut)
@refuses(ShiftNotFound())
async def find_current_shift(
    who: Staff,
    deps: DepsDep,
    register: Annotated[
        Annotated[int, PrimaryKeyOrNull()] | None, Query(description="The id of a register.")
    ] = None,
) -> Response:
    """Read the open shift of a register, or without one that which the caller opened."""
    shift = await reading.find_current_shift(register, person=person_of(who), database=deps.database)
    return reply(shift_out(shift, hides_expected=_hides_expected(who, deps)))


@pos.get("/shifts/{shift_id}/", response_model=ShiftOut)
async def find_shift(shift_id: PathId, who: Staff, deps: DepsDep) -> Response:
    """Read a shift. For an EMPLOYEE there are those that they opened or sold in."""
    shift = await reading.find_shift(shift_id, person=person_of(who), sql=deps.database)
    return reply(shift_out(shift, hides_expected=_hides_expected(who, deps)))


@pos.get("/shifts/{shift_id}/movements/", response_model=list[MovementOut])
async def list_movements(
    request: Request,
    shift_id: PathId,
    who: Staff,
    query: MovementsQuery,
    deps: DepsDep,
) -> Response:
    """List the cash that came or went without a sale, newest first."""
    page = await moving.list_movements(shift_id, query, person=person_of(who), database=deps.database)
    return reply_list(request, [movement_out(movement) for movement in page.items], page, query)


@pos.post("/shifts/{shift_id}/movements/", response_model=MovementOut, status_code=201)
@refuses(
    NotEnoughCash(Decimal("120.50")),
    AmountOfMovement("positive"),
    AmountOfMovement("nothing"),
    ShiftClosed(),
)
@looks_up(_wrong_amount)
@idempotent
async def move_cash(
    shift_id: PathId, body: MovementIn, who: Staff, deps: DepsDep, operation: OperationDep
) -> Response:
    """Put cash into the drawer of an open shift, or take some that is there."""
    movement = await moving.move_cash(
        MoveCash(
            operation=operation.id,
            shift_id=shift_id,
            person=person_of(who),
            kind=MovementKind(body.kind),
            amount=body.amount,
            reason=body.reason,
        ),
        desk=deps.shifts,
    )
    return reply(movement_out(movement), status=201)


@pos.get("/shifts/{shift_id}/report/", response_model=ReportOut)
async def read_report(shift_id: PathId, who: Staff, deps: DepsDep) -> Response:
    """Read the X report of an open shift, or the Z report of a closed one."""
    report = await reporting.read_report(shift_id, person=person_of(who), sql=deps.database)
    return reply(report_out(report, hides_expected=_hides_expected(who, deps)))


@pos.post("/shifts/{shift_id}/close/", response_model=ReportOut)
@refuses(
    ShiftClosed(),
    SalesUnsent(3),
    DenominationsDiffer(Decimal("1502.00"), Decimal("1500.00")),
    LeftMoreThanCounted(Decimal("1500.00")),
    ApprovalRequired(Action.REFUND),
    ApprovalInvalid(),
    Forbidden("owner"),
)
@idempotent
async def close_shift(
    shift_id: PathId,
    body: CloseIn,
    who: Closer,
    approved: Approved,
    deps: DepsDep,
    operation: OperationDep,
) -> Response:
    """Close a shift, for who opened it, ADMIN and OWNER, and answer its Z report.

    An EMPLOYEE needs an approval for a difference beyond the shop's tolerance, and to close with unsent
    sales. ADMIN and OWNER close with these by `force: true`, not by mistake.
    """
    report = await closing.close_shift(
        CloseShift(
            operation=operation.id,
            shift_id=shift_id,
            person=person_of(who),
            authority=approved.authority(deps),
            counted=body.found(),
            unsent=body.unsent,
            force=body.force,
            note=body.note,
        ),
        desk=deps.shifts,
    )
    return reply(report_out(report, hides_expected=_hides_expected(who, deps)))


def _hides_expected(who: Principal, deps: Deps) -> bool:
    return deps.shifts.rules.is_blind and not who.is_admin
