"""Sums of the facts by hour and by month, from which reports are read."""

from datetime import date
from decimal import Decimal

from sqlalchemy import BigInteger, SmallInteger, Text
from sqlmodel import Field

from services.analytics.tables.base import MONEY, Table

# The same rows are updated all month: free space on the page allows HOT updates, which skip the index.
UPDATED_OFTEN = {"fillfactor": 70}


class HourlySalesRow(Table, table=True):
    """Sum of `sales` by day, hour and method. `revenue` and tickets are with tax."""

    __tablename__ = "hourly_sales"

    day: date = Field(primary_key=True)
    hour: int = Field(primary_key=True, sa_type=SmallInteger)
    payment_method: str = Field(primary_key=True, sa_type=Text)
    tickets: int = Field(sa_type=BigInteger)
    revenue: Decimal = Field(sa_type=MONEY)
    lowest_ticket: Decimal = Field(sa_type=MONEY)
    highest_ticket: Decimal = Field(sa_type=MONEY)


class MonthlySalesRow(Table, table=True):
    """Sum of `sales` by month (its first day), hour and method: long periods read 1/30 of the rows."""

    __tablename__ = "monthly_sales"
    __table_args__ = ({"postgresql_with": UPDATED_OFTEN},)

    month: date = Field(primary_key=True)
    hour: int = Field(primary_key=True, sa_type=SmallInteger)
    payment_method: str = Field(primary_key=True, sa_type=Text)
    tickets: int = Field(sa_type=BigInteger)
    revenue: Decimal = Field(sa_type=MONEY)
    lowest_ticket: Decimal = Field(sa_type=MONEY)
    highest_ticket: Decimal = Field(sa_type=MONEY)


class MonthlyProductSalesRow(Table, table=True):
    """Sum of `sold_lines` by month and product. `revenue` is before tax."""

    __tablename__ = "monthly_product_sales"
    __table_args__ = ({"postgresql_with": UPDATED_OFTEN},)

    month: date = Field(primary_key=True)
    product_id: int = Field(primary_key=True, sa_type=BigInteger)
    units_sold: int = Field(sa_type=BigInteger)
    revenue: Decimal = Field(sa_type=MONEY)
