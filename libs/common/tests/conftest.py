"""A database with the tables that every service has, and nothing else."""

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlmodel import SQLModel

from libs.common.db.rows import IdempotencyKeyColumns, InboxColumns, OutboxColumns, new_registry


class Table(SQLModel, registry=new_registry()):
    """Rows of the database of these tests."""


class OutboxRow(OutboxColumns, Table, table=True):
    __tablename__ = "outbox"


class InboxRow(InboxColumns, Table, table=True):
    __tablename__ = "inbox"


class IdempotencyKeyRow(IdempotencyKeyColumns, Table, table=True):
    __tablename__ = "idempotency_keys"


@pytest.fixture(scope="session")
def common_database(postgres_admin_url: str) -> Iterator[str]:
    """One database per pytest process, gone when it ends."""
    name = f"common_{uuid4().hex[:12]}"
    url = make_url(postgres_admin_url).set(database=name).render_as_string(hide_password=False)
    with psycopg.connect(postgres_admin_url, autocommit=True) as admin:
        admin.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        engine = create_engine(url)
        Table.metadata.create_all(engine)
        engine.dispose()
        yield url
        admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def common_database_url(common_database: str) -> str:
    """The database with outbox, inbox and idempotency_keys, all empty."""
    with psycopg.connect(common_database, autocommit=True) as connection:
        for table in Table.metadata.sorted_tables:
            connection.execute(sql.SQL("delete from {}").format(sql.Identifier(table.name)))
    return common_database
