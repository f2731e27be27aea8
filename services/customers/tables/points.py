"""The ledger of points."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, Text
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
    """The order that earned the points, the charge or the refund; null for points moved by hand."""
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
