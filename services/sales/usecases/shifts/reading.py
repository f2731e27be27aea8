"""Reads shifts for staff: an EMPLOYEE sees those that they opened or sold in."""

from dataclasses import dataclass
from datetime import date
from typing import Any, LiteralString
from zoneinfo import ZoneInfo

from psycopg import sql

from libs.common.db.database import Database, Sql
from libs.common.db.listing import ListQuery, filters, is_literally
from libs.common.db.pages import Listing, Page
from libs.common.store_calendar import bounds_of_days
from services.sales.domain.people import Person
from services.sales.domain.shifts import ShiftNotFound
from services.sales.usecases.shifts.views import SHIFT_COLUMNS, ShiftView

SELECT_SHIFTS: LiteralString = f"select {SHIFT_COLUMNS} from shifts"

IS_STAFF: LiteralString = """shifts.id in (
    select shift_id from shift_users where user_id = {0} union all select id from shifts where opened_by = {0}
)"""

MAY_SEE: LiteralString = "(%(is_admin)s or " + IS_STAFF.format("%(person)s") + ")"

SELECT_SHIFT: LiteralString = f"{SELECT_SHIFTS} where shifts.id = %(id)s and {MAY_SEE}"

SELECT_OPEN_OF_REGISTER: LiteralString = f"""
{SELECT_SHIFTS} where register_id = %(register)s and status = 'OPEN' and {MAY_SEE}
"""

SELECT_OWN_OPEN: LiteralString = f"{SELECT_SHIFTS} where opened_by = %(person)s and status = 'OPEN'"

CONDITIONS: dict[str, LiteralString] = {
    "register_id": "register_id = %(register_id)s",
    "opened_from": "opened_at >= %(opened_from)s",
    "opened_before": "opened_at < %(opened_before)s",
    "user_id": IS_STAFF.format("%(user_id)s"),
    "person": IS_STAFF.format("%(person)s"),
}

SHIFT_LIST = Listing(
    row=ShiftView,
    rows=SELECT_SHIFTS,
    counted="shifts",
    columns={"id": "shifts.id", "opened_at": "shifts.opened_at"},
    default=(("opened_at", True), ("id", True)),
)
SORTABLE = ("id", "opened_at")


@dataclass(frozen=True, slots=True)
class ShiftFilter:
    """The filters of a list; None means no filter. Dates are days of the store, both included.

    `user_id` opened it, or took or gave money in it.
    """

    status: str | None
    register_id: int | None
    user_id: int | None
    date_from: date | None
    date_to: date | None


async def list_shifts(
    query: ListQuery, *, wanted: ShiftFilter, person: Person, timezone: ZoneInfo, database: Database
) -> Page[ShiftView]:
    """The shifts that the person may see, newest first unless ordered otherwise."""
    conditions, params = conditions_of(wanted, person, timezone)
    return await SHIFT_LIST.read(query, conditions, params, database=database)


async def find_shift(shift_id: int, *, person: Person, sql: Database | Sql) -> ShiftView:
    """The shift; raises `ShiftNotFound`, also for one that the person may not see."""
    return _found(await sql.fetch_one(ShiftView, SELECT_SHIFT, {"id": shift_id, **sql_of(person)}))


async def find_current_shift(register_id: int | None, *, person: Person, database: Database) -> ShiftView:
    """The open shift of the register, or without one that which the person opened; raises `ShiftNotFound`."""
    statement = SELECT_OWN_OPEN if register_id is None else SELECT_OPEN_OF_REGISTER
    return _found(await database.fetch_one(ShiftView, statement, {"register": register_id, **sql_of(person)}))


def sql_of(person: Person) -> dict[str, object]:
    """The parameters of `MAY_SEE`."""
    return {"person": person.user_id, "is_admin": person.is_admin}


def conditions_of(
    wanted: ShiftFilter, person: Person, timezone: ZoneInfo
) -> tuple[list[sql.Composable], dict[str, Any]]:
    """The conditions that the wanted shifts meet, with their parameters."""
    opened_from, opened_before = bounds_of_days(wanted.date_from, wanted.date_to, timezone)
    values = {
        "register_id": wanted.register_id,
        "user_id": wanted.user_id,
        "opened_from": opened_from,
        "opened_before": opened_before,
        "person": None if person.is_admin else person.user_id,
    }
    conditions, params = filters(CONDITIONS, values)
    if wanted.status is not None:
        conditions.append(is_literally("status", wanted.status))
    return conditions, params


def _found(shift: ShiftView | None) -> ShiftView:
    if shift is None:
        raise ShiftNotFound
    return shift
