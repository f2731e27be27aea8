"""Carts of the web store: one for each user, with what lies in it. A cart holds no stock."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import BigInteger, CheckConstraint, Identity, Text, UniqueConstraint
from sqlmodel import Field

from services.sales.domain.carts import CART_LINE_QUANTITY_MAX
from services.sales.tables.base import Table
from services.sales.tables.orders import MONEY


class CartRow(Table, table=True):
    """A user's cart. `version` rises with every change of its lines: a checkout names the one that it read.

    Every writer locks this row first, so that the writers of one cart follow one another.
    """

    __tablename__ = "carts"

    id: int | None = Field(
        default=None, primary_key=True, sa_type=BigInteger, sa_column_args=(Identity(always=True),)
    )
    user_id: int = Field(sa_type=BigInteger, unique=True)
    username: str = Field(sa_type=Text)
    version: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    created_at: datetime
    updated_at: datetime


class CartLineRow(Table, table=True):
    """A product in a cart. `product_name` and `seen_price` are those of the moment when it was added.

    `seen_price` is what a shopper pays for one piece, tax included.
    """

    __tablename__ = "cart_lines"
    __table_args__ = (
        UniqueConstraint("cart_id", "product_id"),
        CheckConstraint(f"quantity between 1 and {CART_LINE_QUANTITY_MAX}", name="quantity_in_range"),
    )

    id: int | None = Field(
        default=None, primary_key=True, sa_type=BigInteger, sa_column_args=(Identity(always=True),)
    )
    cart_id: int = Field(sa_type=BigInteger, foreign_key="carts.id", ondelete="CASCADE")
    product_id: int = Field(sa_type=BigInteger)
    product_name: str = Field(sa_type=Text)
    quantity: int
    seen_price: Decimal = Field(sa_type=MONEY)
    added_at: datetime
