"""The ledgers of points and of points owed, and the orders of which something came back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, Text, text
from sqlmodel import Field

from services.customers.tables.base import Table


class PointsLedgerRow(Table, table=True):
    """One movement of points. The sum of a customer's rows is their `current_points`."""

    __tablename__ = "points_ledger"

    id: int | None = Field(
        default=None, primary_key=True, sa_type=BigInteger, sa_column_args=(Identity(always=True),)
    )
    customer_id: int = Field(sa_type=BigInteger, foreign_key="customers.id")
    amount: int = Field(sa_type=BigInteger)
    transaction_type: str = Field(max_length=16)
    description: str = Field(sa_type=Text)
    reference: UUID | None = None
    """The order that earned the points, the charge or the refund; null for all other lines."""
    order_uuid: UUID | None = None
    """The order whose return took the points back; null for all other lines."""
    user_id: int | None = Field(default=None, sa_type=BigInteger)
    created_at: datetime

    __table_args__ = (
        CheckConstraint(
            "transaction_type = 'EARN' AND amount > 0"
            " OR transaction_type = 'REDEEM' AND amount < 0"
            " OR transaction_type = 'ADJUSTMENT' AND amount <> 0",
            name="amount_fits_type",
        ),
        Index("uq_points_ledger_reference_transaction_type", "reference", "transaction_type", unique=True),
        Index("ix_points_ledger_customer_id_created_at", "customer_id", "created_at", "id"),
    )


class PointsOwedRow(Table, table=True):
    """A change of what a customer owes. The sum of a customer's rows is their `points_owed`."""

    __tablename__ = "points_owed_ledger"

    id: int | None = Field(
        default=None, primary_key=True, sa_type=BigInteger, sa_column_args=(Identity(always=True),)
    )
    customer_id: int = Field(sa_type=BigInteger, foreign_key="customers.id")
    amount: int = Field(sa_type=BigInteger)
    order_uuid: UUID | None = None
    """The order of which something came back after its points were spent; null where a debt is settled."""
    created_at: datetime

    __table_args__ = (
        CheckConstraint("amount <> 0 AND (order_uuid IS NOT NULL) = (amount > 0)", name="amount_fits_reason"),
        Index("ix_points_owed_ledger_customer_id", "customer_id", "id"),
    )


class ReturnedOrderRow(Table, table=True):
    """An order of which something came back, also if it has not earned its points yet."""

    __tablename__ = "returned_orders"

    order_uuid: UUID = Field(primary_key=True)
    customer_id: int = Field(sa_type=BigInteger, foreign_key="customers.id")
    kept_points: int = Field(sa_type=BigInteger)
    """The least points that a return has left."""
    taken_back: int = Field(sa_type=BigInteger, sa_column_kwargs={"server_default": text("0")})
    """The points that were taken back so far, those that are owed included."""
    user_id: int = Field(sa_type=BigInteger)
    """The person who took the first return that left so few."""
    returned_at: datetime
    """When that was."""

    __table_args__ = (CheckConstraint("kept_points >= 0 AND taken_back >= 0", name="not_negative"),)
