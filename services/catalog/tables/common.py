"""The tables of every service that publishes and consumes."""

from libs.common.db.rows import InboxColumns, OutboxColumns, owned_by
from services.catalog.tables.base import Table


class OutboxRow(OutboxColumns, Table, table=True):
    """An event that waits for the broker."""

    __tablename__ = "outbox"
    __table_args__ = (owned_by("catalog"),)


class InboxRow(InboxColumns, Table, table=True):
    """A consumed event."""

    __tablename__ = "inbox"
