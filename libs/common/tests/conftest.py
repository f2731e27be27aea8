"""A database with the tables that every service has, a client of a small service, and what was logged."""

import io
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
import structlog
from psycopg import sql
from sqlalchemy import create_engine
from sqlmodel import SQLModel

from libs.common.db.database import Database
from libs.common.db.rows import (
    IdempotencyKeyColumns,
    InboxColumns,
    OperationColumns,
    OutboxColumns,
    new_registry,
)
from libs.common.db.text_forms import EMAIL_KEY, LISTS, PHONE_KEY
from libs.common.logs import configure_logging
from libs.common.tests.http.shop import shop_app
from libs.testing.asgi import asgi_client
from libs.testing.databases import WorkerDatabase
from libs.testing.tokens import Tokens
from libs.testing.traces import Recorded, recorded_spans

Lines = Callable[[], list[dict[str, Any]]]


class Table(SQLModel, registry=new_registry()):
    """Rows of the database of these tests."""


class OutboxRow(OutboxColumns, Table, table=True):
    pass


class InboxRow(InboxColumns, Table, table=True):
    pass


class IdempotencyKeyRow(IdempotencyKeyColumns, Table, table=True):
    pass


class OperationRow(OperationColumns, Table, table=True):
    pass


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
        with psycopg.connect(database.url, autocommit=True) as connection:
            for function in (*LISTS, PHONE_KEY, EMAIL_KEY):
                connection.execute(function)
        yield database
        database.close()
        admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def common_database_url(common_database: WorkerDatabase) -> str:
    """The database with outbox, inbox, idempotency_keys and operations, all empty."""
    common_database.empty()
    return common_database.url


@pytest.fixture
async def database(common_database_url: str) -> AsyncIterator[Database]:
    """An open pool of connections to that database."""
    database = Database(common_database_url)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
async def client(tokens: Tokens) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the shop; POS under /api, STORE at the root, internal under /internal."""
    async with asgi_client(shop_app(tokens)) as client:
        yield client


@pytest.fixture
def lines() -> Iterator[Lines]:
    """The lines of the log, parsed."""
    root = logging.getLogger()
    before, level = root.handlers, root.level
    stream = io.BytesIO()
    configure_logging("shop", "INFO", stream=stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers, root.level = before, level
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


@pytest.fixture
def recorded() -> Iterator[Recorded]:
    """The spans of the test."""
    with recorded_spans() as recorded:
        yield recorded
