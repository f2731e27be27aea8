"""Closes a shift: its figures are frozen, and its Z report gets the next number of the register.

The shift's row is locked first, so that every payment is booked before the close or refused after it. A close
that is refused for its difference or for unsent sales is kept as an attempt.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg.types.json import Jsonb

from libs.common.approvals import Action, Approval
from libs.common.contracts.sales import ShiftClosed as ShiftClosedEvent
from libs.common.db.database import Transaction
from libs.common.db.json_rows import json_rows
from libs.common.db.operations import find_done, remember_done
from libs.common.errors import DomainError
from libs.common.faults import Boundary, reached
from services.sales.domain.approvals import ApprovalInvalid, ApprovalRequired, Authority, Deed
from services.sales.domain.lifecycles import CLOSE_SHIFT
from services.sales.domain.people import Person
from services.sales.domain.shifts import Counted, SalesUnsent, ShiftClosed
from services.sales.usecases.approvals import use_up
from services.sales.usecases.shifts.desk import ShiftDesk
from services.sales.usecases.shifts.measuring import count_closed, count_refused
from services.sales.usecases.shifts.reading import find_shift
from services.sales.usecases.shifts.reporting import OPEN_EXCHANGES, OPEN_ORDERS, Report, read_report
from services.sales.usecases.shifts.views import ShiftView

CLOSED: LiteralString = "shift.closed"

# What is booked meanwhile waits. The register follows, as an opening locks it before any shift.
LOCK_SHIFT = "select id from shifts where id = %(id)s for no key update"

INSERT_ATTEMPT = """
insert into shift_close_attempts (shift_id, operation, user_id, counted_cash, difference, unsent, at)
values (%(shift_id)s, %(operation)s, %(user_id)s, %(counted_cash)s, %(difference)s, %(unsent)s, %(at)s)
on conflict (shift_id, operation) do nothing
"""

UPDATE_REGISTER = """
update registers set last_z_number = last_z_number + 1, left_in_drawer = %(left_in_drawer)s
where id = %(register_id)s
returning last_z_number
"""

UPDATE_TO_CLOSED: LiteralString = f"""
update shifts set status = %(to)s, closed_at = %(closed_at)s, closed_by = %(closed_by)s,
    counted_cash = %(counted_cash)s, denominations = %(denominations)s, left_in_drawer = %(left_in_drawer)s,
    z_number = %(z_number)s, approved_by = %(approved_by)s,
    note = nullif(concat_ws(e'\\n', note, %(note)s::text), ''),
    open_orders = {OPEN_ORDERS}, open_exchanges = {OPEN_EXCHANGES}
where id = %(id)s
"""

UPSERT_COUNTED = """
insert into shift_tenders (shift_id, payment_method, counted)
select %(shift_id)s, payment_method, counted
from json_to_recordset(%(counted)s) as counted (payment_method text, counted numeric)
on conflict (shift_id, payment_method) do update set counted = excluded.counted
"""


@dataclass(frozen=True, slots=True)
class CloseShift:
    """A shift to close. `unsent` sales are still at the till; `force` closes nevertheless, for an admin."""

    operation: UUID
    shift_id: int
    person: Person
    authority: Authority
    counted: Counted
    unsent: int
    force: bool
    note: str | None


async def close_shift(command: CloseShift, *, desk: ShiftDesk) -> Report:
    """Close the shift, publish it, and return its Z report. A repeat returns the report.

    Raises `ShiftNotFound`, `DenominationsDiffer`, `LeftMoreThanCounted`, `Forbidden`, `ShiftClosed`,
    `SalesUnsent`, `ApprovalRequired` or `ApprovalInvalid`; the last three leave an attempt.
    """
    async with desk.database.transaction() as tx:
        await tx.execute(LOCK_SHIFT, {"id": command.shift_id})
        shift = await find_shift(command.shift_id, person=command.person, sql=tx)
        command.counted.check()
        if await find_done(tx, command.operation, did=CLOSED) is not None:
            return await read_report(shift.id, person=command.person, sql=tx)
        _check(command, shift)
        refusal: DomainError | None = None
        try:
            approvals = _approvals_for(command, shift)
        except (SalesUnsent, ApprovalRequired, ApprovalInvalid) as refused:
            await _keep_attempt(tx, command, shift, now=desk.clock())
            refusal = refused
        else:
            await use_up(tx, approvals, clock=desk.clock)
            report = await _close(tx, command, shift, approvals, now=desk.clock())
    if refusal is not None:
        count_refused(refusal)
        raise refusal
    reached(Boundary.AFTER_SHIFT_CLOSED)
    count_closed(report.shift.difference)
    return report


def _check(command: CloseShift, shift: ShiftView) -> None:
    command.person.check_own(shift.opened_by)
    if not shift.is_open:
        raise ShiftClosed


def _approvals_for(command: CloseShift, shift: ShiftView) -> tuple[Approval, ...]:
    """The approvals that closing it like this uses up.

    Raises `SalesUnsent`, `ApprovalRequired` or `ApprovalInvalid`. Unsent sales are a refusal of their own,
    also for an admin who does not force it (contract §8.1).
    """
    difference = abs(command.counted.cash - shift.expected_cash)
    deeds = [Deed(Action.SHIFT_DIFFERENCE, str(shift.id), difference)]
    if command.unsent:
        if command.authority.is_supervisor and not command.force:
            raise SalesUnsent(command.unsent)
        deeds.append(Deed(Action.CLOSE_WITH_UNSENT, str(shift.id)))
    try:
        return command.authority.approvals_for(*deeds)
    except ApprovalRequired as lacking:
        if Action.CLOSE_WITH_UNSENT in lacking.actions:
            raise SalesUnsent(command.unsent) from lacking
        raise


async def _keep_attempt(tx: Transaction, command: CloseShift, shift: ShiftView, *, now: datetime) -> None:
    await tx.execute(
        INSERT_ATTEMPT,
        {
            "shift_id": shift.id,
            "operation": command.operation,
            "user_id": command.person.user_id,
            "counted_cash": command.counted.cash,
            "difference": command.counted.cash - shift.expected_cash,
            "unsent": command.unsent,
            "at": now,
        },
    )


async def _close(
    tx: Transaction, command: CloseShift, shift: ShiftView, approvals: Sequence[Approval], *, now: datetime
) -> Report:
    counted = command.counted
    number = await tx.fetch_value(
        UPDATE_REGISTER, {"register_id": shift.register_id, "left_in_drawer": counted.left_in_drawer}
    )
    await tx.execute(
        UPDATE_TO_CLOSED,
        {
            "id": shift.id,
            "to": CLOSE_SHIFT.target,
            "closed_at": now,
            "closed_by": command.person.user_id,
            "counted_cash": counted.cash,
            "denominations": _denominations(counted),
            "left_in_drawer": counted.left_in_drawer,
            "z_number": number,
            "note": command.note,
            "approved_by": approvals[0].approver_id if approvals else None,
        },
    )
    if counted.tenders:
        rows = ({"payment_method": name, "counted": amount} for name, amount in counted.tenders.items())
        await tx.execute(UPSERT_COUNTED, {"shift_id": shift.id, "counted": json_rows(rows)})
    await remember_done(tx, command.operation, did=CLOSED, thing_id=shift.id)
    report = await read_report(shift.id, person=command.person, sql=tx)
    tx.publish(_event(report), subject=f"shift/{shift.id}")
    return report


def _denominations(counted: Counted) -> Any:
    if counted.denominations is None:
        return None
    return Jsonb({str(value): pieces for value, pieces in counted.denominations.items()})


def _event(report: Report) -> ShiftClosedEvent:
    shift = report.shift
    return ShiftClosedEvent.model_validate(
        {
            "shift_id": shift.id,
            "register_id": shift.register_id,
            "register_name": shift.register_name,
            "z_number": shift.z_number,
            "opened_by": shift.opened_by,
            "opened_at": shift.opened_at,
            "closed_by": shift.closed_by,
            "closed_at": shift.closed_at,
            "users": shift.users,
            "left_in_drawer": shift.left_in_drawer,
            "withdrawn": shift.withdrawn,
            "report": report.figures,
        }
    )
