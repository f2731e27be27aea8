"""Charges of points and credit for orders, and their refunds."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, Numeric, Text, text
from sqlmodel import Field

from services.customers.tables.base import Table

ZERO = {"server_default": text("0")}


class ChargeRow(Table, table=True):
    """What a customer paid of an order, or a fence: a row without a customer, which bars its id for good."""

    __tablename__ = "charges"

    id: UUID = Field(primary_key=True)
    customer_id: int | None = Field(default=None, sa_type=BigInteger, foreign_key="customers.id")
    order_uuid: UUID | None = None
    ticket_folio: str | None = Field(default=None, sa_type=Text)
    points: int = Field(sa_type=BigInteger, sa_column_kwargs=ZERO)
    credit: Decimal = Field(sa_type=Numeric(12, 2), sa_column_kwargs=ZERO)
    refunded_points: int = Field(sa_type=BigInteger, sa_column_kwargs=ZERO)
    refunded_credit: Decimal = Field(sa_type=Numeric(12, 2), sa_column_kwargs=ZERO)
    user_id: int | None = Field(default=None, sa_type=BigInteger)
    made_at: datetime

    __table_args__ = (
        CheckConstraint(
            "num_nonnulls(customer_id, order_uuid, ticket_folio, user_id) ="
            " CASE WHEN points > 0 OR credit > 0 THEN 4 ELSE 0 END",
            name="whole_or_a_fence",
        ),
        CheckConstraint(
            "refunded_points BETWEEN 0 AND points AND refunded_credit BETWEEN 0 AND credit",
            name="refunds_within_charge",
        ),
        Index(
            "ix_charges_made_at",
            "made_at",
            "customer_id",
            postgresql_include=["credit", "refunded_credit"],
            postgresql_where=text("credit > 0"),
        ),
    )


class RefundFenceRow(Table, table=True):
    """A fence: nothing is ever given back under this id."""

    __tablename__ = "refund_fences"

    id: UUID = Field(primary_key=True)
    made_at: datetime


class ChargeRefundRow(Table, table=True):
    """What was given back of a charge at once. `refunded_…` of the charge are the sums."""

    __tablename__ = "charge_refunds"

    id: UUID = Field(primary_key=True)
    charge_id: UUID = Field(foreign_key="charges.id")
    points: int = Field(sa_type=BigInteger)
    credit: Decimal = Field(sa_type=Numeric(12, 2))
    user_id: int = Field(sa_type=BigInteger)
    made_at: datetime

    __table_args__ = (
        CheckConstraint("points >= 0 AND credit >= 0 AND (points > 0 OR credit > 0)", name="gives_back"),
    )
