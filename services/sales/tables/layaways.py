"""Layaways, and the payments for them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Date, Identity, Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from libs.common.lifecycle import sql_list
from services.sales.domain.lifecycles import LAYAWAYS, LayawayStatus
from services.sales.tables.base import Table
from services.sales.tables.orders import MONEY


class LayawayRow(Table, table=True):
    """Goods that are kept for a customer who pays for them in parts. Its order has the goods and the total.

    `paid` is the sum of its payments. What is only known of a cancelled one is null before.
    """

    __tablename__ = "layaways"
    __table_args__ = (
        CheckConstraint(f"status in ({sql_list(LAYAWAYS.states)})", name="status_known"),
        CheckConstraint("paid between 0 and total", name="not_overpaid"),
        CheckConstraint(f"status <> '{LayawayStatus.PAID}' or paid = total", name="paid_is_whole"),
        CheckConstraint(
            f"(status = '{LayawayStatus.CANCELLED}') = "
            "(num_nonnulls(cancelled_at, cancelled_by, cancel_reason, refunds) = 4)",
            name="cancelled_is_whole",
        ),
        Index("ix_layaways_customer_id", "customer_id", "id"),
        Index("ix_layaways_status", "status", "id"),
    )

    # The order's row names it, and is written first.
    id: int | None = Field(
        default=None, primary_key=True, sa_type=BigInteger, sa_column_args=(Identity(always=False),)
    )
    order_id: int = Field(sa_type=BigInteger, foreign_key="orders.id", unique=True)
    customer_id: int = Field(sa_type=BigInteger)
    status: str = Field(sa_type=Text)
    due_date: date = Field(sa_type=Date)
    total: Decimal = Field(sa_type=MONEY)
    paid: Decimal = Field(sa_type=MONEY)
    user_id: int = Field(sa_type=BigInteger)
    created_at: datetime
    paid_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancelled_by: int | None = Field(default=None, sa_type=BigInteger)
    cancel_reason: str | None = Field(default=None, sa_type=Text)
    refunds: list[dict[str, Any]] | None = Field(default=None, sa_type=JSONB)
    refund_shift_id: int | None = Field(default=None, sa_type=BigInteger)


class LayawayPaymentRow(Table, table=True):
    """A payment for a layaway: its tenders as an order keeps them, and the shift whose drawer took it."""

    __tablename__ = "layaway_payments"
    __table_args__ = (
        CheckConstraint("amount >= 0", name="amount_not_negative"),
        Index("ix_layaway_payments_layaway_id", "layaway_id", "id"),
    )

    id: int | None = Field(
        default=None, primary_key=True, sa_type=BigInteger, sa_column_args=(Identity(always=True),)
    )
    layaway_id: int = Field(sa_type=BigInteger, foreign_key="layaways.id")
    payments: list[dict[str, str | None]] = Field(sa_type=JSONB)
    amount: Decimal = Field(sa_type=MONEY)
    cash_received: Decimal | None = Field(default=None, sa_type=MONEY)
    shift_id: int | None = Field(default=None, sa_type=BigInteger)
    user_id: int = Field(sa_type=BigInteger)
    created_at: datetime
