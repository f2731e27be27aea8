"""The ledger of stock, and what orders took."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, Numeric, Text, text
from sqlmodel import Field

from libs.common.lifecycle import sql_list
from services.catalog.domain.lifecycles import ALLOCATIONS, RELEASE
from services.catalog.tables.base import Table


class StockLedgerRow(Table, table=True):
    """One movement of a product's stock; the sum of `change` is its `current_stock`, ids rise per product."""

    __tablename__ = "stock_ledger"
    __table_args__ = (
        CheckConstraint("change <> 0", name="change_not_zero"),
        CheckConstraint("balance >= 0", name="balance_not_negative"),
        Index("ix_stock_ledger_product", "product_id", "id"),
        # The lines by which stock came to 0 or left it.
        Index("ix_stock_ledger_turns", "id", postgresql_where=text("balance = 0 or balance = change")),
    )

    id: int | None = Field(
        default=None, primary_key=True, sa_type=BigInteger, sa_column_args=(Identity(always=True),)
    )
    product_id: int = Field(foreign_key="products.id")
    change: int = Field(sa_type=BigInteger)
    balance: int = Field(sa_type=BigInteger)
    reason: str = Field(sa_type=Text)
    reference: str | None = Field(default=None, sa_type=Text)
    user_id: int | None = None
    note: str | None = Field(default=None, sa_type=Text)
    created_at: datetime


class AllocationRow(Table, table=True):
    """The stock that one order took, by the order's uuid; one released before it was made has no user.

    `cancelled_at` distinguishes a release by cancelling from others. `short_since` marks an order that stands
    although its stock was released and could not be taken again. `sold_at` is set of a sale that has happened
    already: its stock never goes back by a cancellation or a release. It is locked before any product;
    several by one statement, in id order.
    """

    __tablename__ = "allocations"
    __table_args__ = (
        CheckConstraint(f"status in ({sql_list(ALLOCATIONS.states)})", name="status_known"),
        CheckConstraint("channel in ('POS', 'WEB')", name="channel_known"),
        Index(
            "ix_allocations_held",
            "lease_until",
            postgresql_where=text(f"status in ({sql_list(RELEASE.sources)})"),
        ),
    )

    id: UUID = Field(primary_key=True)
    status: str = Field(sa_type=Text)
    user_id: int | None = None
    channel: str | None = Field(default=None, sa_type=Text)
    lease_until: datetime
    created_at: datetime
    cancelled_at: datetime | None = None
    short_since: datetime | None = None
    sold_at: datetime | None = None


class AllocationLineRow(Table, table=True):
    """One line of an allocation: the stock taken of one product, and the values returned for it.

    `kept` is what did not go back when the order was cancelled, because it was shipped or had come back.
    Of a sale that had happened already, `short` pieces were not in stock when they were to be taken; no line
    of the ledger took `counted` of them, as a count has settled them.
    """

    __tablename__ = "allocation_lines"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity_positive"),)

    allocation_id: UUID = Field(primary_key=True, foreign_key="allocations.id")
    product_id: int = Field(primary_key=True, foreign_key="products.id")
    line: int
    quantity: int = Field(sa_type=BigInteger)
    product_name: str = Field(sa_type=Text)
    price: Decimal = Field(sa_type=Numeric(14, 4))
    tax_rate: str = Field(max_length=5)
    discount_percent: Decimal | None = Field(default=None, sa_type=Numeric(5, 2))
    target_audience: str | None = Field(default=None, max_length=13)
    kept: int | None = Field(default=None, sa_type=BigInteger)
    short: int | None = Field(default=None, sa_type=BigInteger)
    counted: int | None = Field(default=None, sa_type=BigInteger)


class ShortfallRow(Table, table=True):
    """Pieces that were sold and not in stock, of one product and one sale, until they are settled.

    It is written with the product's row locked. `order_id` is null until the sale's order is known.
    """

    __tablename__ = "shortfalls"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        Index("uq_shortfalls_sale", "allocation_id", "product_id", unique=True),
        Index("ix_shortfalls_product", "product_id", "id"),
    )

    id: int | None = Field(
        default=None, primary_key=True, sa_type=BigInteger, sa_column_args=(Identity(always=True),)
    )
    product_id: int = Field(foreign_key="products.id")
    allocation_id: UUID = Field(foreign_key="allocations.id")
    quantity: int = Field(sa_type=BigInteger)
    order_id: int | None = Field(default=None, sa_type=BigInteger)
    created_at: datetime


class ReturnRow(Table, table=True):
    """A return whose goods are in the ledger, by its uuid. Kept for ever, so that they never come twice."""

    __tablename__ = "returns"

    id: UUID = Field(primary_key=True)
    order_uuid: UUID
    user_id: int
    created_at: datetime
