"""Registers, their shifts, and the running figures of each shift (contract §8.1).

Figures are columns of rows that every payment changes: they are not indexed and have room in their block, so
that a changed row stays where it is.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Identity, Index, Integer, Numeric, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from libs.common.lifecycle import sql_list
from libs.common.money import ZERO
from services.sales.domain.lifecycles import SHIFTS
from services.sales.domain.shifts import MovementKind
from services.sales.tables.base import Table
from services.sales.tables.orders import MONEY

IS_OPEN = text("status = 'OPEN'")
IS_NUMBERED = text("last_seq is not null")
ROOM = {"postgresql_with": {"fillfactor": 50}}


def _nothing() -> Any:
    return Field(default=ZERO, sa_type=MONEY, sa_column_kwargs={"server_default": text("0")})


def _none_yet() -> Any:
    return Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": text("0")})


def _id() -> Any:
    return Field(default=None, primary_key=True, sa_type=BigInteger, sa_column_args=(Identity(always=True),))


class RegisterRow(Table, table=True):
    """A drawer. Its last close has left `left_in_drawer` there; its last Z report has `last_z_number`."""

    __tablename__ = "registers"
    __table_args__ = (
        CheckConstraint("series = upper(series)", name="series_upper_case"),
        Index("uq_registers_name", text("lower(name)"), unique=True),
    )

    id: int | None = _id()
    name: str = Field(sa_type=Text)
    series: str = Field(sa_type=Text, unique=True)
    is_active: bool = Field(sa_type=Boolean)
    last_z_number: int = Field(default=0, sa_type=Integer, sa_column_kwargs={"server_default": text("0")})
    left_in_drawer: Decimal | None = Field(default=None, sa_type=MONEY)


class ShiftRow(Table, table=True):
    """A shift with what was sold and what should be in its drawer, as of now or of its close.

    `expected_cash` is the opening cash and everything that came and went since. `late_cash` came or went
    after the close and changes no other figure. `last_seq` is the highest ticket
    number that a till gave in it.
    """

    __tablename__ = "shifts"
    __table_args__ = (
        CheckConstraint(f"status in ({sql_list(SHIFTS.states)})", name="status_known"),
        CheckConstraint(
            "(status = 'CLOSED') = (closed_at is not null and counted_cash is not null "
            "and z_number is not null)",
            name="closed_is_whole",
        ),
        Index("uq_shifts_open_register", "register_id", unique=True, postgresql_where=IS_OPEN),
        Index("uq_shifts_open_user", "opened_by", unique=True, postgresql_where=IS_OPEN),
        Index("uq_shifts_z_number", "register_id", "z_number", unique=True),
        Index("ix_shifts_opened_at", "opened_at", "id"),
        Index("ix_shifts_opener", "opened_by", "id"),
        Index("ix_shifts_numbered", "register_id", "opened_at", "id", postgresql_where=IS_NUMBERED),
        Index("ix_shifts_register_id", "register_id", "opened_at", "id"),
        ROOM,
    )

    id: int | None = _id()
    register_id: int = Field(sa_type=BigInteger, foreign_key="registers.id")
    status: str = Field(sa_type=Text)
    opened_by: int = Field(sa_type=BigInteger)
    opened_at: datetime
    opening_cash: Decimal = Field(sa_type=MONEY)
    expected_opening: Decimal | None = Field(default=None, sa_type=MONEY)
    note: str | None = Field(default=None, sa_type=Text)
    sales_count: int = _none_yet()
    # holds a month of sales that give the dearest goods away
    discounts: Decimal = Field(
        default=ZERO, sa_type=Numeric(32, 2), sa_column_kwargs={"server_default": text("0")}
    )
    net: Decimal = _nothing()
    tax: Decimal = _nothing()
    refunds_count: int = _none_yet()
    refunds_amount: Decimal = _nothing()
    cancelled: int = _none_yet()
    first_folio: str | None = Field(default=None, sa_type=Text)
    last_folio: str | None = Field(default=None, sa_type=Text)
    last_seq: int | None = Field(default=None, sa_type=BigInteger)
    expected_cash: Decimal = Field(sa_type=MONEY)
    paid_in: Decimal = _nothing()
    paid_out: Decimal = _nothing()
    dropped: Decimal = _nothing()
    layaway_received: Decimal = _nothing()
    layaway_returned: Decimal = _nothing()
    layaway_applied: Decimal = _nothing()
    late_cash: Decimal = _nothing()
    closed_at: datetime | None = None
    closed_by: int | None = Field(default=None, sa_type=BigInteger)
    approved_by: int | None = Field(default=None, sa_type=BigInteger)
    counted_cash: Decimal | None = Field(default=None, sa_type=MONEY)
    denominations: dict[str, int] | None = Field(default=None, sa_type=JSONB)
    left_in_drawer: Decimal | None = Field(default=None, sa_type=MONEY)
    z_number: int | None = Field(default=None, sa_type=Integer)
    open_orders: int | None = Field(default=None, sa_type=Integer)
    open_exchanges: list[dict[str, Any]] | None = Field(default=None, sa_type=JSONB)


class ShiftTenderRow(Table, table=True):
    """The money of one payment method: of sales and layaways, what was refunded, and of credit payments."""

    __tablename__ = "shift_tenders"
    __table_args__ = (ROOM,)

    shift_id: int = Field(primary_key=True, sa_type=BigInteger, foreign_key="shifts.id")
    payment_method: str = Field(primary_key=True, sa_type=Text)
    count: int = _none_yet()
    amount: Decimal = _nothing()
    refunded: Decimal = _nothing()
    credit_payments: Decimal = _nothing()
    counted: Decimal | None = Field(default=None, sa_type=MONEY)


class ShiftTaxRow(Table, table=True):
    """The base and tax of one rate, of what was sold (`SALE`) or came back (`REFUND`)."""

    __tablename__ = "shift_taxes"
    __table_args__ = (ROOM,)

    shift_id: int = Field(primary_key=True, sa_type=BigInteger, foreign_key="shifts.id")
    kind: str = Field(primary_key=True, sa_type=Text)
    tax_rate: str = Field(primary_key=True, sa_type=Text)
    base: Decimal = Field(sa_type=MONEY)
    tax: Decimal = Field(sa_type=MONEY)


class ShiftUserRow(Table, table=True):
    """The people who took or gave money in a shift."""

    __tablename__ = "shift_users"
    __table_args__ = (Index("ix_shift_users_user_id", "user_id", "shift_id"),)

    shift_id: int = Field(primary_key=True, sa_type=BigInteger, foreign_key="shifts.id")
    user_id: int = Field(primary_key=True, sa_type=BigInteger)


class ShiftMovementRow(Table, table=True):
    """Cash that came or went without a sale, or a drawer that was only opened."""

    __tablename__ = "shift_movements"
    __table_args__ = (
        CheckConstraint(f"kind in ({sql_list(MovementKind)})", name="kind_known"),
        CheckConstraint("(kind = 'NO_SALE') = (amount = 0) and amount >= 0", name="amount_fits"),
        Index("ix_shift_movements_shift_id", "shift_id", "id"),
    )

    id: int | None = _id()
    shift_id: int = Field(sa_type=BigInteger, foreign_key="shifts.id")
    kind: str = Field(sa_type=Text)
    amount: Decimal = Field(sa_type=MONEY)
    reason: str = Field(sa_type=Text)
    user_id: int = Field(sa_type=BigInteger)
    created_at: datetime


class ShiftCloseAttemptRow(Table, table=True):
    """A close that was refused: for its difference, or for sales that were not sent yet."""

    __tablename__ = "shift_close_attempts"

    shift_id: int = Field(primary_key=True, sa_type=BigInteger, foreign_key="shifts.id")
    operation: UUID = Field(primary_key=True)
    user_id: int = Field(sa_type=BigInteger)
    counted_cash: Decimal = Field(sa_type=MONEY)
    difference: Decimal = Field(sa_type=MONEY)
    unsent: int = Field(sa_type=Integer)
    at: datetime


class ShiftLateRow(Table, table=True):
    """Money that was heard of after the close of the shift to which it belongs."""

    __tablename__ = "shift_late"
    __table_args__ = (Index("ix_shift_late_shift_id", "shift_id", "id"),)

    id: int | None = _id()
    shift_id: int = Field(sa_type=BigInteger, foreign_key="shifts.id")
    kind: str = Field(sa_type=Text)
    order_id: int | None = Field(default=None, sa_type=BigInteger)
    amount: Decimal = Field(sa_type=MONEY)
    payment_method: str = Field(sa_type=Text)
    user_id: int = Field(sa_type=BigInteger)
    at: datetime
