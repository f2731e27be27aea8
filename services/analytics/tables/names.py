"""Products and customers as their owners last published them."""

from decimal import Decimal

from sqlalchemy import BigInteger, Text
from sqlmodel import Field

from services.analytics.tables.base import BASE_PRICE, MONEY, Table


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
