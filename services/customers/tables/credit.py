"""The ledger of credit."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, Numeric, Text
from sqlmodel import Field

from services.customers.tables.base import Table


class CreditLedgerRow(Table, table=True):
    """One movement of credit. Charges less payments plus adjustments are the customer's `credit_used`."""

    __tablename__ = "credit_ledger"

    id: int | None = Field(
        default=None, primary_key=True, sa_type=BigInteger, sa_column_args=(Identity(always=True),)
    )
    customer_id: int = Field(sa_type=BigInteger, foreign_key="customers.id")
    amount: Decimal = Field(sa_type=Numeric(12, 2))
    transaction_type: str = Field(max_length=16)
    description: str = Field(sa_type=Text)
    reference: UUID | None = None
    """The charge or the refund; null for payments."""
    user_id: int | None = Field(default=None, sa_type=BigInteger)
    payment_method: str | None = Field(default=None, max_length=16)
    """The method of a payment; null in other lines, and in payments of the version before."""
    shift_id: int | None = Field(default=None, sa_type=BigInteger)
    """The shift of sales whose drawer took the payment; null: it belongs to none."""
    register_id: int | None = Field(default=None, sa_type=BigInteger)
    """The register of the shift."""
    created_at: datetime

    __table_args__ = (
        CheckConstraint(
            "transaction_type IN ('CHARGE', 'PAYMENT') AND amount > 0"
            " OR transaction_type = 'ADJUSTMENT' AND amount <> 0",
            name="amount_fits_type",
        ),
        Index("uq_credit_ledger_reference_transaction_type", "reference", "transaction_type", unique=True),
        Index("ix_credit_ledger_customer_id_created_at", "customer_id", "created_at", "id"),
    )
