"""The tables that every service has, and separate metadata for each service.

A service's `tables/base.py` has

    class Table(SQLModel, registry=new_registry()):
        \"\"\"The base class of the rows of this service's database.\"\"\"

and its `tables/common.py`

    class OutboxRow(OutboxColumns, Table, table=True):
        __table_args__ = (owned_by("sales"),)
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Computed,
    Identity,
    Index,
    LargeBinary,
    MetaData,
    Text,
    TextClause,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.orm import registry
from sqlalchemy.types import UserDefinedType
from sqlmodel import Field, SQLModel

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def new_registry() -> registry:
    """A registry with its own metadata, because several services have a table `outbox`."""
    return registry(metadata=MetaData(naming_convention=NAMING))


class OutboxColumns(SQLModel):
    """A committed event that the broker has not confirmed yet. `id` is the event's `sequence`."""

    __tablename__ = "outbox"

    id: int | None = Field(
        default=None, primary_key=True, sa_type=BigInteger, sa_column_args=(Identity(always=True),)
    )
    event_id: UUID
    type: str = Field(sa_type=Text)
    subject: str = Field(sa_type=Text)
    occurred_at: datetime
    data: str = Field(sa_type=Text)
    traceparent: str | None = Field(default=None, sa_type=Text)


def owned_by(service: str) -> CheckConstraint:
    """The constraint that an outbox has only its own service's events (contracts/event.py, `owner_of`)."""
    return CheckConstraint(f"type ^@ '{service}.'", name="type_owned")


def folded_texts(*columns: str) -> Column[str]:
    """The column with the folded texts of these columns, which a list's search looks in."""
    texts = " || ' ' || ".join(columns)
    return Column("search_text", Text, Computed(f"folded({texts})", persisted=True), nullable=True)


def search_index(table: str, where: TextClause | None = None) -> Index:
    """The index by which a search finds words of three characters or more.

    Every search reads the list of entries that are not in their places yet: it has 256 kB at most, not 4 MB.
    """
    return Index(
        f"ix_{table}_search_text",
        "search_text",
        postgresql_using="gin",
        postgresql_ops={"search_text": "gin_trgm_ops"},
        postgresql_with={"gin_pending_list_limit": 256},
        postgresql_where=where,
    )


def dictionary_index(table: str, column: str, key: str = "id", where: TextClause | None = None) -> Index:
    """The index by which a list is sorted by a text, then by its unique `key`."""
    sorted_by = text(f"dictionary_key({column}::text)")
    return Index(f"ix_{table}_{column}_dictionary", sorted_by, key, postgresql_where=where)


class TransactionId(UserDefinedType[str]):
    """PostgreSQL's `xid8`: the number of a transaction, which never comes again."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        """The type's name."""
        return "xid8"


ischema_names["xid8"] = TransactionId  # so that SQLAlchemy knows it when it reads a schema


class ChangeMarkColumns(SQLModel):
    """The last change of a thing that ever changed, for change feeds (`libs.common.db.changes`)."""

    id: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    changed_in: str = Field(sa_type=TransactionId)


class InboxColumns(SQLModel):
    """A consumed event: its effects are committed, and a repeat has none."""

    __tablename__ = "inbox"

    event_id: UUID = Field(primary_key=True)
    received_at: datetime = Field(sa_column_kwargs={"server_default": func.now()}, index=True)


class IdempotencyKeyColumns(SQLModel):
    """A request with a key: its caller, and the first answer once there is one (contract §1).

    `fingerprint` is the hash of the body; `operation_id` names the work, so that a repeat after a crash
    finds it; after `locked_until` a repeat may take over as the next `attempt`.
    """

    __tablename__ = "idempotency_keys"

    caller: str = Field(primary_key=True, sa_type=Text)
    method: str = Field(primary_key=True, sa_type=Text)
    path: str = Field(primary_key=True, sa_type=Text)
    key: str = Field(primary_key=True, sa_type=Text)
    fingerprint: bytes = Field(sa_type=LargeBinary)
    operation_id: UUID
    attempt: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    locked_until: datetime
    created_at: datetime = Field(sa_column_kwargs={"server_default": func.now()}, index=True)
    status: int | None = None
    headers: dict[str, str] | None = Field(default=None, sa_type=JSONB)
    body: bytes | None = Field(default=None, sa_type=LargeBinary)


class OperationColumns(SQLModel):
    """An action (`did`, like `order.paid`) of a request on a record, by whose id a repeat finds it."""

    __tablename__ = "operations"

    id: UUID = Field(primary_key=True)
    did: str = Field(sa_type=Text)
    thing_id: int = Field(sa_type=BigInteger)
    at: datetime = Field(sa_column_kwargs={"server_default": func.now()}, index=True)
