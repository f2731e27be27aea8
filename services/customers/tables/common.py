"""The tables of every service that publishes, consumes and has idempotent routes."""

from libs.common.db.rows import (
    IdempotencyKeyColumns,
    InboxColumns,
    OperationColumns,
    OutboxColumns,
    owned_by,
)
from services.customers.tables.base import Table


class OutboxRow(OutboxColumns, Table, table=True):
    """Events that the broker has not confirmed yet."""

    __table_args__ = (owned_by("customers"),)


class InboxRow(InboxColumns, Table, table=True):
    """Consumed events whose effects are in this database."""


class IdempotencyKeyRow(IdempotencyKeyColumns, Table, table=True):
    """A keyed request and its first answer."""


class OperationRow(OperationColumns, Table, table=True):
    """What a request has moved: points or credit, by the line of the ledger."""
