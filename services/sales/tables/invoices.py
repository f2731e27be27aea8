"""Invoices of web orders, and the series that number them."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, Text, UniqueConstraint, text
from sqlmodel import Field

from libs.common.lifecycle import sql_list
from services.sales.domain.lifecycles import INVOICES, InvoiceStatus
from services.sales.tables.base import Table
from services.sales.tables.orders import MONEY

LIVE = text("deleted_at is null")
# Not by `status`: lists by status would read all refunded ones by this index and sort them.
IS_REFUNDED = text("refunded_at is not null")
IS_OPEN = text(f"status = '{InvoiceStatus.PENDING}' and deleted_at is null")


class InvoiceSeriesRow(Table, table=True):
    """A series of invoices and its last number, locked until the invoice that counts it up stands."""

    __tablename__ = "invoice_series"

    series: str = Field(primary_key=True, sa_type=Text)
    last_number: int = Field(sa_type=BigInteger)


class InvoiceRow(Table, table=True):
    """An invoice of a web order, of which one is live. `pending` reads `overdue` when `due_date` is past.

    A deleted invoice keeps its number.
    """

    __tablename__ = "invoices"
    __table_args__ = (
        CheckConstraint(f"status in ({sql_list(INVOICES.states)})", name="status_known"),
        UniqueConstraint("series", "number"),
        Index("uq_invoices_live_order_id", "order_id", unique=True, postgresql_where=LIVE),
        Index("ix_invoices_created_at", "created_at", "id", postgresql_where=LIVE),
        Index("ix_invoices_user_id", "user_id", "created_at", "id", postgresql_where=LIVE),
        # Overdue ones are found among the pending ones by `due_date`, without reading the rows of the others.
        Index("ix_invoices_status", "status", "created_at", "id", "due_date", postgresql_where=LIVE),
        Index("ix_invoices_open_due_date", "due_date", "id", postgresql_where=IS_OPEN),
        Index("ix_invoices_refunded", "order_id", postgresql_where=IS_REFUNDED),
    )

    id: int | None = Field(
        default=None, primary_key=True, sa_type=BigInteger, sa_column_args=(Identity(always=True),)
    )
    order_id: int = Field(sa_type=BigInteger, foreign_key="orders.id")
    user_id: int = Field(sa_type=BigInteger)
    username: str = Field(sa_type=Text)
    series: str = Field(sa_type=Text)
    number: int = Field(sa_type=BigInteger)
    amount: Decimal = Field(sa_type=MONEY)
    status: str = Field(sa_type=Text)
    due_date: datetime
    created_at: datetime
    paid_at: datetime | None = None
    refunded_at: datetime | None = None
    deleted_at: datetime | None = None
