"""Products with their stock."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import BigInteger, CheckConstraint, Index, Numeric, Text, text
from sqlmodel import Field

from libs.common.db.rows import dictionary_index, folded_texts, search_index
from services.catalog.tables.base import Table

NOT_DELETED = text("deleted_at is null")
SHOWN = text("deleted_at is null and is_active")  # in the web shop


class ProductRow(Table, table=True):
    """A product with its stock; `price` is before tax.

    `holds_changed_in` is the id of the transaction that last changed its holds: a statement whose snapshot
    does not see that transaction does not see all of them. Nothing reads or writes `reserved_quantity`, which
    is 0: processes of the version before need it.
    """

    __tablename__ = "products"
    __table_args__ = (
        # PostgreSQL reads the text of each constraint whenever stock is taken: they are few and short.
        CheckConstraint("least(price, cost, weight, low_stock_threshold) >= 0", name="not_negative"),
        CheckConstraint("tax_rate in ('0.16', '0.08', '0.00', 'EXENT')", name="tax_rate_known"),
        CheckConstraint("current_stock >= 0", name="stock_not_negative"),
        Index("uq_products_sku_live", "sku", unique=True, postgresql_where=NOT_DELETED),
        search_index("products", NOT_DELETED),
        dictionary_index("products", "name", where=NOT_DELETED),
        dictionary_index("products", "sku", where=NOT_DELETED),
        Index("ix_products_price", "price", "id", postgresql_where=NOT_DELETED),
        Index("ix_products_created_at", "created_at", "id", postgresql_where=NOT_DELETED),
        Index("ix_products_category", "category", "id", postgresql_where=SHOWN),
        Index("ix_products_pet_type", "pet_type", "id", postgresql_where=SHOWN),
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
    holds_changed_in: int | None = Field(default=None, sa_type=BigInteger)
    low_stock_threshold: int
    supplier_id: int | None = Field(default=None, foreign_key="suppliers.id", index=True)
    category: str | None = Field(default=None, max_length=100)
    pet_type: str | None = Field(default=None, max_length=100)
    brand: str | None = Field(default=None, max_length=255)
    weight: Decimal | None = Field(default=None, sa_type=Numeric(10, 3))
    clave_prod_serv: str | None = Field(default=None, max_length=8)
    clave_unidad: str | None = Field(default=None, max_length=3)
    objeto_imp: str | None = Field(default=None, max_length=2)
    is_active: bool
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None = None
    search_text: str | None = Field(default=None, sa_column=folded_texts("name::text", "sku::text"))
