"""Returns of web orders, and the pieces that they bring back."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, SmallInteger, Text, text
from sqlmodel import Field

from libs.common.lifecycle import sql_list
from services.sales.domain.lifecycles import RETURNS
from services.sales.domain.returns import DISPOSITIONS
from services.sales.tables.base import Table
from services.sales.tables.orders import MONEY

LIVE = text("deleted_at is null")


class ReturnRow(Table, table=True):
    """A request to return pieces of an order. `uuid` identifies it in catalog, which puts the goods back."""

    __tablename__ = "returns"
    __table_args__ = (
        CheckConstraint(f"status in ({sql_list(RETURNS.states)})", name="status_known"),
        Index("ix_returns_order_id", "order_id"),
        Index("ix_returns_created_at", "created_at", "id", postgresql_where=LIVE),
        Index("ix_returns_user_id", "user_id", "created_at", "id", postgresql_where=LIVE),
        Index("ix_returns_status", "status", "created_at", "id", postgresql_where=LIVE),
    )

    id: int | None = Field(
        default=None, primary_key=True, sa_type=BigInteger, sa_column_args=(Identity(always=True),)
    )
    uuid: UUID = Field(unique=True)
    order_id: int = Field(sa_type=BigInteger, foreign_key="orders.id")
    user_id: int = Field(sa_type=BigInteger)
    username: str = Field(sa_type=Text)
    status: str = Field(sa_type=Text)
    admin_notes: str | None = Field(default=None, sa_type=Text)
    total_refund: Decimal = Field(sa_type=MONEY)
    created_at: datetime
    updated_at: datetime
    processed_at: datetime | None = None
    deleted_at: datetime | None = None


class ReturnLineRow(Table, table=True):
    """Pieces of one product of the order. `unit_price` is what the buyer paid for one, tax included."""

    __tablename__ = "return_lines"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("refund_amount between 0 and unit_price * quantity", name="refund_in_range"),
        CheckConstraint(f"disposition in ({sql_list(DISPOSITIONS)})", name="disposition_known"),
    )

    return_id: int = Field(primary_key=True, sa_type=BigInteger, foreign_key="returns.id", ondelete="CASCADE")
    line: int = Field(primary_key=True, sa_type=SmallInteger)
    product_id: int = Field(sa_type=BigInteger)
    product_name: str = Field(sa_type=Text)
    quantity: int
    unit_price: Decimal = Field(sa_type=MONEY)
    reason: str = Field(sa_type=Text)
    refund_amount: Decimal = Field(sa_type=MONEY)
    disposition: str = Field(sa_type=Text)
