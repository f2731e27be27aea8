"""Promotions."""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, Index, Numeric, Text, func, literal_column, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlmodel import Field

from libs.common.db.rows import dictionary_index, folded_texts, search_index
from services.catalog.tables.base import Table

SORTED_BY = ("start_date", "end_date", "discount_percent")


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
        *(Index(f"ix_promotions_{column}", column, "id") for column in SORTED_BY),
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


class ToldPriceDayRow(Table, table=True):
    """The last store day up to which readers of the feed were told of prices that change by the calendar.

    There is none before the first day; other days than the last are deleted. `timezone` is the store's on
    that day; null: of a version that did not keep it.
    """

    __tablename__ = "told_price_days"

    day: date = Field(primary_key=True)
    timezone: str | None = Field(default=None, sa_type=Text)


class ToldDiscountRow(Table, table=True):
    """The discount that the last `catalog.product_changed.v1` of a product was priced with; none: no row."""

    __tablename__ = "told_discounts"

    product_id: int = Field(primary_key=True, foreign_key="products.id")
    discount_percent: Decimal = Field(sa_type=Numeric(5, 2))
