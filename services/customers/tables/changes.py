"""The marks of the change feed, kept by triggers of customers."""

from sqlalchemy import Index

from libs.common.db.rows import ChangeMarkColumns
from services.customers.tables.base import Table


class CustomerChangeRow(ChangeMarkColumns, Table, table=True):
    """A customer's last change, also of their balances."""

    __tablename__ = "customer_changes"
    __table_args__ = (Index("ix_customer_changes_changed_in", "changed_in", "id"),)
