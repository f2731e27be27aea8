"""Customers with their balances."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, Numeric, Text, text
from sqlmodel import Field

from libs.common.db.rows import dictionary_index, folded_texts, search_index
from services.customers.domain.customers import EMAIL_LENGTH_MAX, NAME_LENGTH_MAX, PHONE_NUMBER_LENGTH_MAX
from services.customers.domain.fiscal import COMPANY_NAME_LENGTH_MAX, RFC_LENGTH_MAX
from services.customers.tables.base import Table

NOT_DELETED = text("deleted_at IS NULL")


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
    points_owed: int = Field(sa_type=BigInteger, sa_column_kwargs={"server_default": text("0")})
    """Points that returns have taken back after they were spent."""
    credit_limit: Decimal | None = Field(default=None, max_digits=12, decimal_places=2)
    """Set by the management for this customer; null: the shop's default applies."""
    credit_used: Decimal = Field(sa_type=Numeric(12, 2), sa_column_kwargs={"server_default": text("0")})
    rfc: str | None = Field(default=None, max_length=RFC_LENGTH_MAX)
    razon_social: str | None = Field(default=None, max_length=COMPANY_NAME_LENGTH_MAX)
    regimen_fiscal: str | None = Field(default=None, max_length=3)
    uso_cfdi: str | None = Field(default=None, max_length=4)
    cp_fiscal: str | None = Field(default=None, max_length=5)
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
        CheckConstraint("points_owed >= 0", name="points_owed_not_negative"),
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
        *(
            Index(f"ix_customers_{column}", column, "id", postgresql_where=NOT_DELETED)
            for column in ("birth_date", "is_frequent", "credit_used")
        ),
        Index(
            "uq_customers_email",
            text("email_key(email::text, email_ascii)"),
            unique=True,
            postgresql_where=NOT_DELETED,
        ),
    )
