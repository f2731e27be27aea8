"""The tables of every service that publishes, consumes and has idempotent routes."""

from libs.common.db.rows import (
    IdempotencyKeyColumns,
    InboxColumns,
    OperationColumns,
    OutboxColumns,
    owned_by,
)
from services.sales.tables.base import Table


class OutboxRow(OutboxColumns, Table, table=True):
    """An event that waits for the broker."""

    __table_args__ = (owned_by("sales"),)


class InboxRow(InboxColumns, Table, table=True):
    """Consumed events whose effects are in this database."""


class IdempotencyKeyRow(IdempotencyKeyColumns, Table, table=True):
    """A keyed request and its first answer."""


class OperationRow(OperationColumns, Table, table=True):
    """An operation of a request on an order."""
