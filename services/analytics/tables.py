"""analytics' database, the schema of record: facts (a row for each sale and line), their sums, and names.

Money is in the shop's currency. `day`, `hour` and `month` are the store's own calendar, fixed when a sale is
recorded: changing STORE_TIMEZONE later moves no sale that was recorded before.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Numeric, PrimaryKeyConstraint, SmallInteger, Text
from sqlmodel import Field, SQLModel

from libs.common.db.rows import InboxColumns, new_registry

# Holds thirty years of the largest orders (tests/architecture/test_number_columns.py).
MONEY: Any = Numeric(24, 2)
BASE_PRICE: Any = Numeric(14, 4)

# Index-only scans need vacuumed pages. By default autovacuum waits until a fifth of the table is new: on
# a table of years that takes months, and reports read the latest days most.
VACUUM_SOON = {"autovacuum_vacuum_insert_scale_factor": 0.01}
# The same rows are updated all month: free space on the page allows HOT updates, which skip the index.
UPDATED_OFTEN = {"fillfactor": 70}


class Table(SQLModel, registry=new_registry()):
    """The base class of the rows of analytics' database."""


class InboxRow(InboxColumns, Table, table=True):
    """A consumed event, whose effects are in this database."""

    __tablename__ = "inbox"


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
    __table_args__ = {"postgresql_with": UPDATED_OFTEN}

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
    __table_args__ = {"postgresql_with": UPDATED_OFTEN}

    month: date = Field(primary_key=True)
    product_id: int = Field(primary_key=True, sa_type=BigInteger)
    units_sold: int = Field(sa_type=BigInteger)
    revenue: Decimal = Field(sa_type=MONEY)


class ProductRow(Table, table=True):
    """A product as catalog last described it. `sequence` 0 and nulls: known only by its name on a sale."""

    __tablename__ = "products"

    product_id: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    name: str = Field(sa_type=Text)
    sku: str | None = Field(default=None, sa_type=Text)
    price: Decimal | None = Field(default=None, sa_type=BASE_PRICE)
    final_price: Decimal | None = Field(default=None, sa_type=MONEY)
    cost: Decimal | None = Field(default=None, sa_type=BASE_PRICE)
    low_stock_threshold: int | None = None
    deleted: bool = False
    sequence: int = Field(default=0, sa_type=BigInteger)


class ProductStockRow(Table, table=True):
    """A product's stock after the newest ledger entry consumed. `ledger_id` 0: as of its creation."""

    __tablename__ = "product_stocks"

    product_id: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    current_stock: int = Field(sa_type=BigInteger)
    ledger_id: int = Field(sa_type=BigInteger)


class CustomerRow(Table, table=True):
    """A customer as customers last published them."""

    __tablename__ = "customers"

    customer_id: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    first_name: str = Field(sa_type=Text)
    last_name: str = Field(sa_type=Text)
    email: str | None = Field(default=None, sa_type=Text)
    is_frequent: bool
    deleted: bool
    sequence: int = Field(sa_type=BigInteger)
