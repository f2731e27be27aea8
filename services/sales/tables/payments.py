"""Attempts to pay orders with a customer's balance."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.sales.tables.base import Table
from services.sales.tables.orders import MONEY


class PaymentAttemptRow(Table, table=True):
    """One attempt; `charge_id` is the id of its charge in customers, `operation` that of its request.

    `outcome` is null while the attempt is open and its order PAYING; then `charged`, `not_charged` or the
    code of the refusal.
    """

    __tablename__ = "payment_attempts"
    __table_args__ = (
        CheckConstraint("points >= 0 and credit >= 0 and points + credit > 0", name="charges_something"),
        Index("ix_payment_attempts_open", "order_id", unique=True, postgresql_where=text("outcome is null")),
    )

    order_id: int = Field(primary_key=True, sa_type=BigInteger, foreign_key="orders.id", ondelete="CASCADE")
    number: int = Field(primary_key=True, sa_type=Integer)
    charge_id: UUID
    operation: UUID
    method: str = Field(sa_type=Text)
    payments: list[dict[str, str | None]] | None = Field(default=None, sa_type=JSONB)  # as of its order
    cash_received: Decimal | None = Field(default=None, sa_type=MONEY)
    user_id: int = Field(sa_type=BigInteger)
    points: int = Field(sa_type=BigInteger)
    credit: Decimal = Field(sa_type=MONEY)
    started_at: datetime
    outcome: str | None = Field(default=None, sa_type=Text)
    shift_id: int | None = Field(default=None, sa_type=BigInteger)  # the shift that was open at its start
