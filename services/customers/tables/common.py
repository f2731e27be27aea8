"""The tables of every service that publishes and consumes."""

from libs.common.db.rows import InboxColumns, OutboxColumns, owned_by
from services.customers.tables.base import Table


class OutboxRow(OutboxColumns, Table, table=True):
    """Events that the broker has not confirmed yet."""

    __tablename__ = "outbox"
    __table_args__ = (owned_by("customers"),)


class InboxRow(InboxColumns, Table, table=True):
    """Consumed events whose effects are in this database."""

    __tablename__ = "inbox"
