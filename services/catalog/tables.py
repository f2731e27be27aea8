"""The rows of catalog's database: columns, constraints and indexes. Only migrations and tests read this."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Identity,
    Index,
    Numeric,
    Text,
    func,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlmodel import Field, SQLModel

from libs.common.db.rows import (
    InboxColumns,
    OutboxColumns,
    dictionary_index,
    folded_texts,
    new_registry,
    owned_by,
    search_index,
)
from libs.common.lifecycle import sql_list
from services.catalog.domain.lifecycles import ALLOCATIONS, RELEASE

NOT_DELETED = text("deleted_at is null")


class Table(SQLModel, registry=new_registry()):
    """The base class of the rows of catalog's database."""


class OutboxRow(OutboxColumns, Table, table=True):
    """An event that waits for the broker."""

    __tablename__ = "outbox"
    __table_args__ = (owned_by("catalog"),)


class InboxRow(InboxColumns, Table, table=True):
    """A consumed event."""

    __tablename__ = "inbox"


class SupplierRow(Table, table=True):
    """A supplier. The foreign key of products forbids deleting one that is in use."""

    __tablename__ = "suppliers"
    __table_args__ = (
        search_index("suppliers"),
        dictionary_index("suppliers", "name"),
        dictionary_index("suppliers", "rfc"),
    )

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=255)
    phone_number: str | None = Field(default=None, max_length=20)
    contact_person: str | None = Field(default=None, max_length=255)
    rfc: str | None = Field(default=None, max_length=20)
    tax_address: str | None = Field(default=None, max_length=500)
    search_text: str | None = Field(
        default=None, sa_column=folded_texts("name::text", "coalesce(rfc, '')::text")
    )


class ProductRow(Table, table=True):
    """A product with its stock. `price` is before tax; `reserved_quantity` is held for carts."""

    __tablename__ = "products"
    __table_args__ = (
        # PostgreSQL reads the text of each constraint whenever stock is taken: they are few and short.
        CheckConstraint("least(price, cost, weight, low_stock_threshold) >= 0", name="not_negative"),
        CheckConstraint("tax_rate in ('0.16', '0.08', '0.00', 'EXENT')", name="tax_rate_known"),
        CheckConstraint("reserved_quantity between 0 and current_stock", name="reserved_within_stock"),
        Index("uq_products_sku_live", "sku", unique=True, postgresql_where=NOT_DELETED),
        search_index("products", NOT_DELETED),
        dictionary_index("products", "name", where=NOT_DELETED),
        dictionary_index("products", "sku", where=NOT_DELETED),
    )

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=255)
    description: str = Field(sa_type=Text)
    sku: str = Field(max_length=64)
    price: Decimal = Field(sa_type=Numeric(14, 4))
    tax_rate: str = Field(max_length=5)
    cost: Decimal | None = Field(default=None, sa_type=Numeric(12, 2))
    current_stock: int = Field(sa_type=BigInteger)  # holds a count plus all that open orders can return
    reserved_quantity: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    low_stock_threshold: int
    supplier_id: int | None = Field(default=None, foreign_key="suppliers.id", index=True)
    category: str | None = Field(default=None, max_length=100)
    pet_type: str | None = Field(default=None, max_length=100)
    brand: str | None = Field(default=None, max_length=255)
    weight: Decimal | None = Field(default=None, sa_type=Numeric(10, 3))
    is_active: bool
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None = None
    search_text: str | None = Field(default=None, sa_column=folded_texts("name::text", "sku::text"))


class PromotionRow(Table, table=True):
    """A discount on a product for some days of the store's calendar, both ends included."""

    __tablename__ = "promotions"
    __table_args__ = (
        CheckConstraint("discount_percent > 0 and discount_percent <= 100", name="percent_in_range"),
        CheckConstraint("end_date >= start_date", name="ends_after_start"),
        CheckConstraint("target_audience in ('ALL', 'FREQUENT_ONLY')", name="audience_known"),
        # Also the index for the promotion of a product that is in force on a day; there is at most one.
        ExcludeConstraint(
            (literal_column("product_id"), "="),
            (func.daterange(literal_column("start_date"), literal_column("end_date"), text("'[]'")), "&&"),
            name="ex_promotions_no_shared_day",
            using="gist",
        ),
        search_index("promotions"),
        dictionary_index("promotions", "name"),
    )

    id: int | None = Field(default=None, primary_key=True)
    product_id: int = Field(foreign_key="products.id")
    name: str = Field(max_length=255)
    description: str = Field(sa_type=Text)
    discount_percent: Decimal = Field(sa_type=Numeric(5, 2))
    start_date: date
    end_date: date
    target_audience: str = Field(max_length=13)
    search_text: str | None = Field(default=None, sa_column=folded_texts("name::text"))


class StockLedgerRow(Table, table=True):
    """One movement of a product's stock; the sum of `change` is its `current_stock`, ids rise per product."""

    __tablename__ = "stock_ledger"
    __table_args__ = (
        CheckConstraint("change <> 0", name="change_not_zero"),
        CheckConstraint("balance >= 0", name="balance_not_negative"),
        Index("ix_stock_ledger_product", "product_id", "id"),
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
    created_at: datetime


class AllocationRow(Table, table=True):
    """The stock that one order took, by the order's uuid; one released before it was made has no user.

    `cancelled_at` distinguishes a release by cancelling from others. `short_since` marks an order that stands
    although its stock was released and could not be taken again.
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


class AllocationLineRow(Table, table=True):
    """One line of an allocation: the stock taken of one product, and the values returned for it."""

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
