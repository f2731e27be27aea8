"""The marks of change feeds, kept by triggers of products and promotions."""

from sqlalchemy import Index

from libs.common.db.rows import ChangeMarkColumns
from services.catalog.tables.base import Table


class ProductChangeRow(ChangeMarkColumns, Table, table=True):
    """A product's last change; also one of its price by a promotion."""

    __tablename__ = "product_changes"
    __table_args__ = (Index("ix_product_changes_changed_in", "changed_in", "id"),)


class PromotionChangeRow(ChangeMarkColumns, Table, table=True):
    """A promotion's last change; also the deletion of its product."""

    __tablename__ = "promotion_changes"
    __table_args__ = (Index("ix_promotion_changes_changed_in", "changed_in", "id"),)
