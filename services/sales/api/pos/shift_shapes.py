"""Shifts as tills and the back office send and see them (contract §8.1)."""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from libs.common.clock import iso_utc
from libs.common.http.described import MoneyText, TimeText, example
from libs.common.http.fields import (
    Choice,
    DateField,
    Filters,
    MoneyField,
    PrimaryKey,
    Shape,
    Text,
    TextOrNull,
)
from libs.common.money import money_or_null, money_text
from services.sales.domain.lifecycles import ShiftStatus
from services.sales.domain.shifts import NOTE_LENGTH_MAX, REASON_LENGTH_MAX, MovementKind
from services.sales.usecases.shifts.moving import Movement
from services.sales.usecases.shifts.views import ShiftView

MOVING_MONEY = tuple(kind for kind in MovementKind if kind is not MovementKind.NO_SALE)
SHIFT = {
    "id": 7,
    "register": 1,
    "register_name": "Caja 1",
    "opened_by": 4,
    "users": [4],
    "opened_at": "2023-10-27T14:00:00Z",
    "opening_cash": "500.00",
    "expected_opening": "500.00",
    "opening_difference": "0.00",
    "status": "OPEN",
    "closed_at": None,
    "closed_by": None,
    "counted_cash": None,
    "expected_cash": "732.00",
    "difference": None,
    "left_in_drawer": None,
    "withdrawn": None,
    "z_number": None,
    "approved_by": None,
    "note": None,
}


@example({"register": 1, "opening_cash": "500.00", "note": "Turno de la mañana"})
class ShiftIn(Shape):
    """A shift to open."""

    register_id: Annotated[int, PrimaryKey()] = Field(alias="register")
    """The id of the register whose drawer it counts."""
    opening_cash: Annotated[Decimal, MoneyField(ge=0)]
    """The cash that is in the drawer now."""
    note: Annotated[str | None, TextOrNull(max_length=NOTE_LENGTH_MAX)] | None = None
    """For those who read the report."""


@example({"kind": "PAID_OUT", "amount": "120.00", "reason": "Hielo"})
class MovementIn(Shape):
    """Cash that comes or goes without a sale."""

    kind: Annotated[str, Choice(*MovementKind)]
    """`DROP` takes cash to the safe; `NO_SALE` only opens the drawer."""
    amount: Annotated[Decimal, MoneyField()] | None = None
    """Over 0.00; of `NO_SALE` 0.00, or left out."""
    reason: Annotated[str, Text(max_length=REASON_LENGTH_MAX)]
    """For those who read the report."""

    @classmethod
    def needs(cls, body: Mapping[str, Any]) -> Collection[str]:
        """An amount, if the kind moves money."""
        return ("amount",) if body.get("kind") in MOVING_MONEY else ()


class ShiftFilterIn(Filters):
    """The filters of a list of shifts. Dates are days of the store, both included."""

    status: Annotated[str, Choice(*ShiftStatus)] | None = None
    """Only shifts in this status."""
    register_id: Annotated[int, PrimaryKey()] | None = Field(default=None, alias="register")
    """Only shifts of the register with this id."""
    user: Annotated[int, PrimaryKey()] | None = None
    """Only shifts that this user opened, or took or gave money in."""
    date_from: Annotated[date, DateField()] | None = None
    """Only shifts that were opened from this day on, in the store's time zone."""
    date_to: Annotated[date, DateField()] | None = None
    """Only shifts that were opened up to this day, which still counts, in the store's time zone."""


@example(SHIFT)
class ShiftOut(TypedDict):
    """A shift. What only a close decides is null while it is open."""

    id: int
    register: int
    """The id of the register."""
    register_name: str
    """As it is now."""
    opened_by: int
    """The id of the user who opened it."""
    users: list[int]
    """The ids of all users who took or gave money in it."""
    opened_at: TimeText
    """UTC."""
    opening_cash: MoneyText
    """The cash that was in the drawer."""
    expected_opening: MoneyText | None
    """What the register's last close had left there; null at its first shift."""
    opening_difference: MoneyText | None
    """`opening_cash` less `expected_opening`."""
    status: Annotated[str, Choice(*ShiftStatus)]
    closed_at: TimeText | None
    """UTC."""
    closed_by: int | None
    """The id of the user who closed it."""
    counted_cash: MoneyText | None
    """The cash that was found at the close."""
    expected_cash: MoneyText | None
    """Null for an EMPLOYEE while it is open, if the shop counts blindly."""
    difference: MoneyText | None
    """`counted_cash` less `expected_cash`."""
    left_in_drawer: MoneyText | None
    """What stayed for the next shift."""
    withdrawn: MoneyText | None
    """`counted_cash` less `left_in_drawer`."""
    z_number: int | None
    """The number of its Z report, counted from 1 for each register."""
    approved_by: int | None
    """The id of the user who approved its close; null if nobody had to."""
    note: str | None
    """What was said at its opening and its close."""


@example(
    {
        "id": 3,
        "kind": "PAID_OUT",
        "amount": "120.00",
        "reason": "Hielo",
        "user": 4,
        "created_at": "2023-10-27T16:00:00Z",
    }
)
class MovementOut(TypedDict):
    """Cash that came or went without a sale."""

    id: int
    kind: Annotated[str, Choice(*MovementKind)]
    """`PAID_IN` came into the drawer, `PAID_OUT` and `DROP` went out of it."""
    amount: MoneyText
    """0.00 if the drawer was only opened."""
    reason: str
    """For those who read the report."""
    user: int
    """The id of the user who moved it."""
    created_at: TimeText
    """UTC."""


def shift_out(shift: ShiftView, *, hides_expected: bool) -> ShiftOut:
    """The shift; with `hides_expected` without what is expected in its drawer, if it is open."""
    return {
        "id": shift.id,
        "register": shift.register_id,
        "register_name": shift.register_name,
        "opened_by": shift.opened_by,
        "users": shift.users,
        "opened_at": iso_utc(shift.opened_at),
        "opening_cash": money_text(shift.opening_cash),
        "expected_opening": money_or_null(shift.expected_opening),
        "opening_difference": money_or_null(shift.opening_difference),
        "status": shift.status,
        "closed_at": iso_utc(shift.closed_at) if shift.closed_at else None,
        "closed_by": shift.closed_by,
        "counted_cash": money_or_null(shift.counted_cash),
        "expected_cash": None if hides_expected and shift.is_open else money_text(shift.expected_cash),
        "difference": money_or_null(shift.difference),
        "left_in_drawer": money_or_null(shift.left_in_drawer),
        "withdrawn": money_or_null(shift.withdrawn),
        "z_number": shift.z_number,
        "approved_by": shift.approved_by,
        "note": shift.note,
    }


def movement_out(movement: Movement) -> MovementOut:
    """The movement."""
    return {
        "id": movement.id,
        "kind": movement.kind,
        "amount": money_text(movement.amount),
        "reason": movement.reason,
        "user": movement.user_id,
        "created_at": iso_utc(movement.created_at),
    }
