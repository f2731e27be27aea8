"""Facts: paid orders and their lines."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import BigInteger, PrimaryKeyConstraint, SmallInteger, Text
from sqlmodel import Field

from services.analytics.tables.base import MONEY, Table

# Index-only scans need vacuumed pages. By default autovacuum waits until a fifth of the table is new: on
# a table of years that takes months, and reports read the latest days most.
VACUUM_SOON = {"autovacuum_vacuum_insert_scale_factor": 0.01}


class SaleRow(Table, table=True):
    """Fact: a paid order, by its id in sales."""

    __tablename__ = "sales"

    order_id: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    channel: str = Field(sa_type=Text)
    customer_id: int | None = Field(default=None, sa_type=BigInteger)
    payment_method: str = Field(sa_type=Text)
    final_amount: Decimal = Field(sa_type=MONEY)
    paid_at: datetime
    day: date
    hour: int = Field(sa_type=SmallInteger)


class SoldLineRow(Table, table=True):
    """Fact: a line of a sale. `amount` is before tax. The key covers the columns that reports sum by day."""

    __tablename__ = "sold_lines"
    __table_args__ = (
        PrimaryKeyConstraint(
            "day", "order_id", "line", postgresql_include=["product_id", "quantity", "amount"]
        ),
        {"postgresql_with": VACUUM_SOON},
    )

    day: date
    order_id: int = Field(sa_type=BigInteger)
    line: int = Field(sa_type=SmallInteger)
    product_id: int = Field(sa_type=BigInteger)
    quantity: int
    amount: Decimal = Field(sa_type=MONEY)
    tax_amount: Decimal = Field(sa_type=MONEY)
