"""Holds: stock that carts hold."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index
from sqlmodel import Field

from services.catalog.tables.base import Table


class HoldRow(Table, table=True):
    """Pieces of a product that a user's cart holds until `expires_at`; what was released or sold is off.

    It is written with the product's row locked. From `expires_at` on it does not count, whether or not it has
    been deleted.
    """

    __tablename__ = "holds"
    __table_args__ = (
        CheckConstraint("quantity >= 0", name="quantity_not_negative"),
        Index("ix_holds_product", "product_id", "expires_at"),
    )

    id: int | None = Field(
        default=None, primary_key=True, sa_type=BigInteger, sa_column_args=(Identity(always=True),)
    )
    product_id: int = Field(foreign_key="products.id")
    user_id: int
    quantity: int = Field(sa_type=BigInteger)
    created_at: datetime
    expires_at: datetime


class UsedHoldRow(Table, table=True):
    """Pieces of a hold that an order used: they are held again if it is refused. It goes with its hold."""

    __tablename__ = "used_holds"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity_positive"),)

    allocation_id: UUID = Field(primary_key=True)
    hold_id: int = Field(
        primary_key=True, sa_type=BigInteger, foreign_key="holds.id", ondelete="CASCADE", index=True
    )
    quantity: int = Field(sa_type=BigInteger)
