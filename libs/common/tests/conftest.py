"""A database with the tables that every service has, and nothing else."""

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import create_engine
from sqlmodel import SQLModel

from libs.common.db.rows import IdempotencyKeyColumns, InboxColumns, OutboxColumns, new_registry
from libs.testing.databases import WorkerDatabase


class Table(SQLModel, registry=new_registry()):
    """Rows of the database of these tests."""


class OutboxRow(OutboxColumns, Table, table=True):
    __tablename__ = "outbox"


class InboxRow(InboxColumns, Table, table=True):
    __tablename__ = "inbox"


class IdempotencyKeyRow(IdempotencyKeyColumns, Table, table=True):
    __tablename__ = "idempotency_keys"


@pytest.fixture(scope="session")
def common_database(postgres_admin_url: str) -> Iterator[WorkerDatabase]:
    """One database per pytest process, gone when it ends."""
    name = f"common_{uuid4().hex[:12]}"
    database = WorkerDatabase(postgres_admin_url, name)
    with psycopg.connect(postgres_admin_url, autocommit=True) as admin:
        admin.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        engine = create_engine(database.url)
        Table.metadata.create_all(engine)
        engine.dispose()
        yield database
        database.close()
        admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def common_database_url(common_database: WorkerDatabase) -> str:
    """The database with outbox, inbox and idempotency_keys, all empty."""
    common_database.empty()
    return common_database.url
