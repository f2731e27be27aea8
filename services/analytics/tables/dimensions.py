"""Products, their stock, suppliers, customers and users as their owners last published them."""

from datetime import date
from decimal import Decimal
from typing import LiteralString

from sqlalchemy import BigInteger, Index, Text, text
from sqlmodel import Field

from services.analytics.tables.base import BASE_PRICE, MONEY, Table

ANY_LETTERS: LiteralString = "pg_c_utf8"
"""The collation by which `lower` knows `Ñ`, whatever the database's own is."""


class ProductRow(Table, table=True):
    """A product as catalog last described it. `sequence` 0 and nulls: known only by its name on a sale.

    What describes products locks the table, before any rollup.
    """

    __tablename__ = "products"
    __table_args__ = (
        Index("ix_products_sku", text(f"lower(sku collate {ANY_LETTERS})")),
        Index("ix_products_name", text(f"lower(name collate {ANY_LETTERS})")),
    )

    product_id: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    name: str = Field(sa_type=Text)
    sku: str | None = Field(default=None, sa_type=Text)
    price: Decimal | None = Field(default=None, sa_type=BASE_PRICE)
    final_price: Decimal | None = Field(default=None, sa_type=MONEY)
    cost: Decimal | None = Field(default=None, sa_type=BASE_PRICE)
    low_stock_threshold: int | None = None
    supplier_id: int | None = Field(default=None, sa_type=BigInteger)
    deleted: bool = False
    sequence: int = Field(default=0, sa_type=BigInteger)


class ProductStockRow(Table, table=True):
    """A product's stock after the newest ledger entry consumed. `ledger_id` 0: as of its creation.

    Beside it stands what reports about all stock need, so that they read this table alone: whether catalog
    has described the product and not deleted it (`in_catalog`), its threshold, what one piece is taken to
    have cost, and its price today with tax.
    """

    __tablename__ = "product_stocks"
    __table_args__ = (
        Index(
            "ix_product_stocks_current_stock",
            text("current_stock desc"),
            "product_id",
            postgresql_where=text("in_catalog"),
        ),
        Index(
            "ix_product_stocks_low",
            text("current_stock desc"),
            "product_id",
            postgresql_where=text("in_catalog and current_stock <= low_stock_threshold"),
        ),
        Index(
            "ix_product_stocks_worth",
            text("(current_stock * unit_cost) desc nulls last"),
            "product_id",
            postgresql_where=text("in_catalog and current_stock > 0"),
        ),
    )

    product_id: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    current_stock: int = Field(sa_type=BigInteger)
    ledger_id: int = Field(sa_type=BigInteger)
    in_catalog: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    low_stock_threshold: int | None = None
    unit_cost: Decimal | None = Field(default=None, sa_type=BASE_PRICE)
    final_price: Decimal | None = Field(default=None, sa_type=MONEY)


class StockTurnRow(Table, table=True):
    """A ledger entry by which a product's stock ran out, or came back from nothing.

    Entries come day by day: a block range index finds those of the last days.
    """

    __tablename__ = "stock_turns"
    __table_args__ = (
        Index("ix_stock_turns_day", "day", postgresql_using="brin", postgresql_with={"pages_per_range": 16}),
    )

    product_id: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    ledger_id: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    day: date
    in_stock: bool


class SupplierRow(Table, table=True):
    """A supplier as catalog last described it."""

    __tablename__ = "suppliers"

    supplier_id: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    name: str = Field(sa_type=Text)
    deleted: bool
    sequence: int = Field(sa_type=BigInteger)


class PersonRow(Table, table=True):
    """A user as auth last described them: staff, who sell, and shoppers.

    What describes users locks the table.
    """

    __tablename__ = "users"

    user_id: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    username: str = Field(sa_type=Text)
    email: str = Field(sa_type=Text)
    deleted: bool
    sequence: int = Field(sa_type=BigInteger)


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
