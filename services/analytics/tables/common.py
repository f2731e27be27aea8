"""The table of every service that consumes, and how far analytics has heard."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from libs.common.db.rows import InboxColumns
from services.analytics.tables.base import Table


class InboxRow(InboxColumns, Table, table=True):
    """A consumed event, whose effects are in this database."""


class WatermarkRow(Table, table=True):
    """One row: the time of the newest event that is in the figures, and whether they are being rebuilt."""

    __tablename__ = "watermark"
    __table_args__ = (CheckConstraint("is_only", name="only_row"),)

    is_only: bool = Field(default=True, primary_key=True)
    event_time: datetime | None = None
    is_rebuilding: bool = False
