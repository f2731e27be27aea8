"""Returns at the till, and the pieces that they bring back."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, SmallInteger, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from libs.common.lifecycle import sql_list
from services.sales.domain.lifecycles import TILL_RETURNS, TillReturnStatus
from services.sales.domain.returns import DISPOSITIONS
from services.sales.tables.base import Table
from services.sales.tables.orders import MONEY

IS_DONE = text(f"status = '{TillReturnStatus.DONE}'")
IS_REFUNDING = text(f"status = '{TillReturnStatus.REFUNDING}'")
IS_NOT_UNDONE = text(f"status <> '{TillReturnStatus.UNDONE}'")


class TillReturnRow(Table, table=True):
    """A return of pieces of a paid order of a till. `uuid` identifies it in catalog and in customers.

    `shares` are the parts of the refund, each off one tender of the order (`domain/refunds.py`). What is only
    known when the money has been given back is null before.
    """

    __tablename__ = "till_returns"
    __table_args__ = (
        CheckConstraint(f"status in ({sql_list(TILL_RETURNS.states)})", name="status_known"),
        CheckConstraint(
            f"(status = '{TillReturnStatus.DONE}') = "
            "(num_nonnulls(done_at, kept_amount, points_taken_back, is_everything_back) = 4)",
            name="done_is_whole",
        ),
        CheckConstraint("exchange_left >= 0", name="exchange_not_overdrawn"),
        Index("uq_till_returns_operation", "operation", unique=True, postgresql_where=IS_NOT_UNDONE),
        Index("ix_till_returns_order_id", "order_id", "created_at", "id"),
        Index("ix_till_returns_created_at", "created_at", "id", postgresql_where=IS_DONE),
        Index("ix_till_returns_customer_id", "customer_id", "created_at", "id", postgresql_where=IS_DONE),
        Index("ix_till_returns_refund_method", "refund_method", "created_at", "id", postgresql_where=IS_DONE),
        Index("ix_till_returns_refunding", "id", "created_at", postgresql_where=IS_REFUNDING),
        Index("ix_till_returns_exchange", "id", postgresql_where=text("exchange_left > 0")),
    )

    # From the sequence of `returns`, so that an id names one return of both channels. The migration sets that
    # default, which alembic cannot compare.
    id: int | None = Field(
        default=None, primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False}
    )
    uuid: UUID = Field(unique=True)
    operation: UUID
    order_id: int = Field(sa_type=BigInteger, foreign_key="orders.id")
    customer_id: int | None = Field(default=None, sa_type=BigInteger)
    status: str = Field(sa_type=Text)
    user_id: int = Field(sa_type=BigInteger)
    reason: str = Field(sa_type=Text)
    refund_amount: Decimal = Field(sa_type=MONEY)
    refund_method: str | None = Field(
        default=None, sa_type=Text
    )  # MIXED: several; null: nothing is given back
    shares: list[dict[str, str | int]] = Field(sa_type=JSONB)
    points_returned: int = Field(sa_type=BigInteger)
    exchange_left: Decimal | None = Field(default=None, sa_type=MONEY)  # null: nothing to exchange
    paid_out: Decimal | None = Field(default=None, sa_type=MONEY)  # in cash, of what was to be exchanged
    paid_out_by: int | None = Field(default=None, sa_type=BigInteger)
    paid_out_at: datetime | None = None
    approved_by: int | None = Field(default=None, sa_type=BigInteger)
    approvals: list[UUID] | None = Field(default=None, sa_type=ARRAY(Uuid))  # used up by its begin
    register_id: int | None = Field(default=None, sa_type=BigInteger)
    shift_id: int | None = Field(default=None, sa_type=BigInteger)
    created_at: datetime
    done_at: datetime | None = None
    kept_amount: Decimal | None = Field(default=None, sa_type=MONEY)
    points_taken_back: int | None = Field(default=None, sa_type=BigInteger)
    is_everything_back: bool | None = None


class TillReturnLineRow(Table, table=True):
    """Pieces of one product of the order. `unit_price` is what was paid for one, tax included."""

    __tablename__ = "till_return_lines"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint(f"disposition in ({sql_list(DISPOSITIONS)})", name="disposition_known"),
    )

    return_id: int = Field(
        primary_key=True, sa_type=BigInteger, foreign_key="till_returns.id", ondelete="CASCADE"
    )
    line: int = Field(primary_key=True, sa_type=SmallInteger)
    product_id: int = Field(sa_type=BigInteger)
    product_name: str = Field(sa_type=Text)
    quantity: int
    unit_price: Decimal = Field(sa_type=MONEY)
    disposition: str = Field(sa_type=Text)
