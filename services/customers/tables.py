"""customers' database, the schema of record: columns, constraints, indexes."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, Numeric, Text, text
from sqlmodel import Field, SQLModel

from libs.common.db.rows import (
    InboxColumns,
    OutboxColumns,
    dictionary_index,
    folded_texts,
    new_registry,
    owned_by,
    search_index,
)
from services.customers.domain.customers import EMAIL_LENGTH_MAX, NAME_LENGTH_MAX, PHONE_NUMBER_LENGTH_MAX

NOT_DELETED = text("deleted_at IS NULL")


class Table(SQLModel, registry=new_registry()):
    """Rows of customers' own database."""


class CustomerRow(Table, table=True):
    """A customer and their balances. Deleting sets `deleted_at`; the ledgers stay."""

    __tablename__ = "customers"

    id: int | None = Field(
        default=None, primary_key=True, sa_type=BigInteger, sa_column_args=(Identity(always=True),)
    )
    first_name: str = Field(max_length=NAME_LENGTH_MAX)
    last_name: str = Field(max_length=NAME_LENGTH_MAX)
    phone_number: str = Field(max_length=PHONE_NUMBER_LENGTH_MAX)
    phone_shared: bool = Field(sa_column_kwargs={"server_default": text("false")})
    """An earlier customer had the number in another spelling when spellings began to be compared."""
    email: str | None = Field(default=None, max_length=EMAIL_LENGTH_MAX)
    email_ascii: str | None = Field(default=None, sa_type=Text)
    """The email with its domain in ASCII, if the email has other letters."""
    birth_date: date | None = None
    is_frequent: bool = Field(sa_column_kwargs={"server_default": text("false")})
    current_points: int = Field(sa_type=BigInteger, sa_column_kwargs={"server_default": text("0")})
    credit_limit: Decimal | None = Field(default=None, max_digits=12, decimal_places=2)
    """Set by the management for this customer; null: the shop's default applies."""
    credit_used: Decimal = Field(
        sa_type=Numeric(12, 2),
        sa_column_kwargs={"server_default": text("0")},
    )
    created_at: datetime
    deleted_at: datetime | None = None
    search_text: str | None = Field(
        default=None,
        sa_column=folded_texts(
            "first_name::text",
            "last_name::text",
            "phone_number::text",
            "phone_key(phone_number::text)",
            "coalesce(email, '')::text",
            "coalesce(email_ascii, '')",
        ),
    )

    __table_args__ = (
        CheckConstraint("current_points >= 0", name="current_points_not_negative"),
        CheckConstraint("credit_limit >= 0", name="credit_limit_not_negative"),
        CheckConstraint("credit_used >= 0", name="credit_used_not_negative"),
        Index(
            "uq_customers_phone_number",
            text("phone_key(phone_number::text)"),
            unique=True,
            postgresql_where=text("deleted_at IS NULL AND NOT phone_shared"),
        ),
        search_index("customers", NOT_DELETED),
        dictionary_index("customers", "first_name", where=NOT_DELETED),
        dictionary_index("customers", "last_name", where=NOT_DELETED),
        dictionary_index("customers", "phone_number", where=NOT_DELETED),
        dictionary_index("customers", "email", where=NOT_DELETED),
        Index(
            "uq_customers_email",
            text("email_key(email::text, email_ascii)"),
            unique=True,
            postgresql_where=NOT_DELETED,
        ),
    )


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
    """The order that the points come from; null for points given by hand."""
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


class PurchaseWeekRow(Table, table=True):
    """A week of a month with a purchase of the customer. Both are named by their first day."""

    __tablename__ = "purchase_weeks"

    customer_id: int = Field(primary_key=True, sa_type=BigInteger, foreign_key="customers.id")
    month: date = Field(primary_key=True)
    week: date = Field(primary_key=True)


class OutboxRow(OutboxColumns, Table, table=True):
    """Events that the broker has not confirmed yet."""

    __tablename__ = "outbox"
    __table_args__ = (owned_by("customers"),)


class InboxRow(InboxColumns, Table, table=True):
    """Consumed events whose effects are in this database."""

    __tablename__ = "inbox"
