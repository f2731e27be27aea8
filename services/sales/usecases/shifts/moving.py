"""Moves cash into a drawer or out of it without a sale, and lists such movements."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import LiteralString
from uuid import UUID

from psycopg import sql

from libs.common.contracts.sales import CashMoved
from libs.common.db.database import Database
from libs.common.db.listing import ListQuery
from libs.common.db.operations import ONCE, did, find_done
from libs.common.db.pages import Listing, Page
from libs.common.db.violations import suppress_violation
from libs.common.looks import LookAgain, looks_again
from libs.common.messaging.publishing import published
from libs.common.money import ZERO
from services.sales.domain.people import Person
from services.sales.domain.shifts import MovementKind, NotEnoughCash, ShiftClosed, added_to_drawer
from services.sales.usecases.shifts.desk import ShiftDesk
from services.sales.usecases.shifts.reading import find_shift

MOVED: LiteralString = "cash.moved"

SELECT_MOVEMENTS = "select id, kind, amount, reason, user_id, created_at from shift_movements"

SELECT_MOVEMENT = SELECT_MOVEMENTS + " where id = %(id)s"

OF_SHIFT = "shift_id = %(shift_id)s"

INSERT_MOVEMENT: LiteralString = f"""
with moved as (
    update shifts set expected_cash = expected_cash + %(change)s, paid_in = paid_in + %(paid_in)s,
        paid_out = paid_out + %(paid_out)s, dropped = dropped + %(dropped)s
    where id = %(shift_id)s and status = 'OPEN' and (%(change)s >= 0 or expected_cash + %(change)s >= 0)
    returning id, register_id
), entered as (
    insert into shift_movements (shift_id, kind, amount, reason, user_id, created_at)
    select id, %(kind)s, %(amount)s, %(reason)s, %(user_id)s, %(now)s from moved
    returning *
), staffed as (
    insert into shift_users (shift_id, user_id) select shift_id, user_id from entered where amount > 0
    on conflict do nothing
), {did(MOVED, of="entered")}, {
    published(
        CashMoved,
        of="entered",
        subject="'shift/' || shift_id",
        movement_id="id",
        register_id="(select register_id from moved)",
        moved_at="created_at",
    )
}
select id, kind, amount, reason, user_id, created_at from entered
"""


@dataclass(frozen=True, slots=True)
class Movement:
    """A movement of cash."""

    id: int
    kind: str
    amount: Decimal
    reason: str
    user_id: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class MoveCash:
    """Cash to move. `operation` is the same in every repeat of one request."""

    operation: UUID
    shift_id: int
    person: Person
    kind: MovementKind
    amount: Decimal | None
    reason: str


MOVEMENT_LIST = Listing(
    row=Movement,
    rows=SELECT_MOVEMENTS,
    counted="shift_movements",
    columns={"id": "id", "created_at": "id"},
    default=(("id", True),),
)


async def list_movements(
    shift_id: int, query: ListQuery, *, person: Person, database: Database
) -> Page[Movement]:
    """The movements of a shift, newest first; raises `ShiftNotFound`."""
    await find_shift(shift_id, person=person, sql=database)
    return await MOVEMENT_LIST.read(query, [sql.SQL(OF_SHIFT)], {"shift_id": shift_id}, database=database)


@looks_again("shifts")
async def move_cash(command: MoveCash, *, desk: ShiftDesk) -> Movement:
    """Move the cash and publish it. A repeat returns the movement that it made before.

    Raises `ShiftNotFound`, `AmountOfMovement`, `ShiftClosed` or `NotEnoughCash`; then nothing has changed.
    """
    shift = await find_shift(command.shift_id, person=command.person, sql=desk.database)
    change = added_to_drawer(command.kind, command.amount)
    if movement := await _move(command, change, desk) or await _moved_before(command, desk.database):
        return movement
    if not shift.is_open:
        raise ShiftClosed
    if change < 0 and shift.expected_cash + change < 0:
        raise NotEnoughCash(shift.expected_cash)
    raise LookAgain


async def _move(command: MoveCash, change: Decimal, desk: ShiftDesk) -> Movement | None:
    amount = abs(change)
    moved = {kind: amount if command.kind is kind else ZERO for kind in MovementKind}
    with suppress_violation(ONCE):
        return await desk.database.publish_one(
            Movement,
            INSERT_MOVEMENT,
            {
                "operation": command.operation,
                "shift_id": command.shift_id,
                "kind": command.kind.value,
                "change": change,
                "amount": amount,
                "paid_in": moved[MovementKind.PAID_IN],
                "paid_out": moved[MovementKind.PAID_OUT],
                "dropped": moved[MovementKind.DROP],
                "reason": command.reason,
                "user_id": command.person.user_id,
                "now": desk.clock(),
            },
        )
    return None


async def _moved_before(command: MoveCash, database: Database) -> Movement | None:
    movement_id = await find_done(database, command.operation, did=MOVED)
    if movement_id is None:
        return None
    return await database.fetch_one(Movement, SELECT_MOVEMENT, {"id": movement_id})
