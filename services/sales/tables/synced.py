"""Sales that tills have sent, and the numbers of their tickets (contract §8.6)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, INT8MULTIRANGE, JSONB
from sqlmodel import Field

from libs.common.lifecycle import sql_list
from services.sales.domain.synced import Status
from services.sales.tables.base import Table

IS_WAITING = text(f"status = '{Status.RECEIVED}'")


class SyncedSaleRow(Table, table=True):
    """A sale as it was sent first. `key` is its `client_id`, or is made from its text if it has none.

    `differing` are other texts that came for the same `client_id`. `seq` is null if another sale has the
    number, or the text has none. `errors` say why the sale is held, or was. A retry may give it another
    `sale` and `register_id`: `original` are those that the till sent, for ever; null if they were never
    changed. `mendings` counts retries and the dismissal: a sender that has read an earlier text neither
    books nor holds it. `dismissed_by` of one that is RECEIVED: it is being given up, and its goods go back.
    """

    __tablename__ = "synced_sales"
    __table_args__ = (
        CheckConstraint(f"status in ({sql_list(Status)})", name="status_known"),
        CheckConstraint("status <> 'BOOKED' or result is not null and order_id is not null", name="booked"),
        Index("uq_synced_sales_client_id", "client_id", unique=True),
        Index(
            "uq_synced_sales_seq",
            "register_id",
            "seq",
            unique=True,
            postgresql_where=text("seq is not null"),
        ),
        Index("ix_synced_sales_waiting", "id", "received_at", postgresql_where=IS_WAITING),
        Index("ix_synced_sales_errors", "status", "id", postgresql_where=text("errors is not null")),
    )

    id: int | None = Field(
        default=None, primary_key=True, sa_type=BigInteger, sa_column_args=(Identity(always=True),)
    )
    key: UUID = Field(unique=True)
    client_id: UUID | None = None
    register_id: int = Field(sa_type=BigInteger)
    seq: int | None = Field(default=None, sa_type=BigInteger)
    status: str = Field(sa_type=Text)
    result: str | None = Field(default=None, sa_type=Text)
    order_id: int | None = Field(default=None, sa_type=BigInteger)
    flags: list[str] = Field(sa_type=ARRAY(Text))
    content_hash: str = Field(sa_type=Text)
    sale: Any = Field(sa_type=JSONB)
    original: Any = Field(default=None, sa_type=JSONB, nullable=True)
    differing: Any = Field(sa_type=JSONB, sa_column_kwargs={"server_default": text("'[]'")})
    errors: Any = Field(default=None, sa_type=JSONB, nullable=True)
    received_at: datetime
    received_from: int = Field(sa_type=BigInteger)
    dismissed_by: int | None = Field(default=None, sa_type=BigInteger)
    dismiss_reason: str | None = Field(default=None, sa_type=Text)
    mendings: int = Field(default=0, sa_type=Integer, sa_column_kwargs={"server_default": text("0")})


class RegisterNumbersRow(Table, table=True):
    """The numbers of a register's tickets that have arrived; its row is locked while sales are received.

    `unsent` is what the till had left to send at `last_seen`, if it told.
    """

    __tablename__ = "register_numbers"

    register_id: int = Field(primary_key=True, sa_type=BigInteger, foreign_key="registers.id")
    last_seq: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": text("0")})
    numbers: Any = Field(sa_type=INT8MULTIRANGE, sa_column_kwargs={"server_default": text("'{}'")})
    last_seen: datetime
    unsent: int | None = Field(default=None, sa_type=Integer)
