"""Rollups: sums of the facts, which reports read.

Each has exactly the rows that its facts have when they are grouped by its key.
Money is with tax where nothing else is said.
"""

from datetime import date
from decimal import Decimal

from sqlalchemy import BigInteger, SmallInteger, Text, text
from sqlmodel import Field

from services.analytics.tables.base import MONEY, Table

# The same rows are updated all day or month: free space on the page allows HOT updates, which skip the index.
UPDATED_OFTEN = {"postgresql_with": {"fillfactor": 70}}


class HourRow(Table, table=True):
    """The sales of an hour of a day in a channel; `discounts` are before tax."""

    __tablename__ = "sales_by_hour"
    __table_args__ = UPDATED_OFTEN

    day: date = Field(primary_key=True)
    hour: int = Field(primary_key=True, sa_type=SmallInteger)
    channel: str = Field(primary_key=True, sa_type=Text)
    tickets: int = Field(sa_type=BigInteger)
    units: int = Field(sa_type=BigInteger)
    revenue: Decimal = Field(sa_type=MONEY)
    lowest_ticket: Decimal = Field(sa_type=MONEY)
    highest_ticket: Decimal = Field(sa_type=MONEY)
    discounts: Decimal = Field(sa_type=MONEY, sa_column_kwargs={"server_default": text("0")})


class PaymentMethodRow(Table, table=True):
    """What was paid by a method on a day: `tickets` are the sales that it paid, wholly or in part."""

    __tablename__ = "sales_by_method"
    __table_args__ = UPDATED_OFTEN

    day: date = Field(primary_key=True)
    payment_method: str = Field(primary_key=True, sa_type=Text)
    tickets: int = Field(sa_type=BigInteger)
    revenue: Decimal = Field(sa_type=MONEY)
    highest_ticket: Decimal = Field(sa_type=MONEY)


class SellerRow(Table, table=True):
    """The sales of a day that a user took at a till."""

    __tablename__ = "sales_by_user"
    __table_args__ = UPDATED_OFTEN

    day: date = Field(primary_key=True)
    user_id: int = Field(primary_key=True, sa_type=BigInteger)
    tickets: int = Field(sa_type=BigInteger)
    units: int = Field(sa_type=BigInteger)
    revenue: Decimal = Field(sa_type=MONEY)


class TaxRow(Table, table=True):
    """What was sold on a day at a tax rate: the base, before tax, and the tax."""

    __tablename__ = "taxes_by_day"
    __table_args__ = UPDATED_OFTEN

    day: date = Field(primary_key=True)
    tax_rate: str = Field(primary_key=True, sa_type=Text)
    base: Decimal = Field(sa_type=MONEY)
    tax: Decimal = Field(sa_type=MONEY)


class ProductMonthRow(Table, table=True):
    """A product's sales in a month (its first day). `revenue` is before tax."""

    __tablename__ = "products_by_month"
    __table_args__ = UPDATED_OFTEN

    month: date = Field(primary_key=True)
    product_id: int = Field(primary_key=True, sa_type=BigInteger)
    units: int = Field(sa_type=BigInteger)
    revenue: Decimal = Field(sa_type=MONEY)


class ProductYearRow(Table, table=True):
    """A product's sales in a year (its first day). `revenue` is before tax."""

    __tablename__ = "products_by_year"
    __table_args__ = UPDATED_OFTEN

    year: date = Field(primary_key=True)
    product_id: int = Field(primary_key=True, sa_type=BigInteger)
    units: int = Field(sa_type=BigInteger)
    revenue: Decimal = Field(sa_type=MONEY)
