"""The tables of every service that publishes."""

from libs.common.db.rows import OutboxColumns, owned_by
from services.auth.tables.base import Table


class OutboxRow(OutboxColumns, Table, table=True):
    """Events that the broker has not confirmed yet."""

    __tablename__ = "outbox"
    __table_args__ = (owned_by("auth"),)
