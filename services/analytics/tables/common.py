"""The table of every service that consumes."""

from libs.common.db.rows import InboxColumns
from services.analytics.tables.base import Table


class InboxRow(InboxColumns, Table, table=True):
    """A consumed event, whose effects are in this database."""

    __tablename__ = "inbox"
