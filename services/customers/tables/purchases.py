"""The weeks in which customers purchased."""

from datetime import date

from sqlalchemy import BigInteger
from sqlmodel import Field

from services.customers.tables.base import Table


class PurchaseWeekRow(Table, table=True):
    """A week of a month with a purchase of the customer. Both are named by their first day."""

    __tablename__ = "purchase_weeks"

    customer_id: int = Field(primary_key=True, sa_type=BigInteger, foreign_key="customers.id")
    month: date = Field(primary_key=True)
    week: date = Field(primary_key=True)
