"""The prices of the past: what a sale that arrives late is judged by."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Index, Numeric, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.catalog.tables.base import Table


class ProductPriceRow(Table, table=True):
    """The price of a product before tax, its rate and its promotions from `since` on, and before `until`.

    `until` is null of the present price. `promotions` are those that had not ended by then: objects with
    `discount_percent`, `target_audience`, `start_date`, `end_date`.
    """

    __tablename__ = "product_prices"
    __table_args__ = (Index("ix_product_prices_until", "until", postgresql_where=text("until is not null")),)

    product_id: int = Field(primary_key=True, foreign_key="products.id")
    since: datetime = Field(primary_key=True)
    until: datetime | None = None
    price: Decimal = Field(sa_type=Numeric(14, 4))
    tax_rate: str = Field(max_length=5)
    promotions: list[dict[str, Any]] = Field(sa_type=JSONB)
