"""The tables of every service that publishes and has idempotent routes."""

from libs.common.db.rows import IdempotencyKeyColumns, OperationColumns, OutboxColumns, owned_by
from services.auth.tables.base import Table


class OutboxRow(OutboxColumns, Table, table=True):
    """Events that the broker has not confirmed yet."""

    __table_args__ = (owned_by("auth"),)


class IdempotencyKeyRow(IdempotencyKeyColumns, Table, table=True):
    """A keyed request and its first answer."""


class OperationRow(OperationColumns, Table, table=True):
    """What a request did: an approval was given, by the id of the approver."""
