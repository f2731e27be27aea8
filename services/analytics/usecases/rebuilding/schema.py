"""The tables of a rebuild, in a schema of their own beside those that are read.

While they are filled, workers apply every batch to both; then they take the others' place in one transaction.
Every batch writes to `inbox` first, so a lock on it waits for the batches under way and holds back the next.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import LiteralString

from psycopg import sql
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_delay, wait_random

from libs.common.commands import CommandFailed
from libs.common.db.database import Database
from libs.common.errors import Unavailable
from services.analytics.usecases.rebuilding.definitions import definitions, rebuilt_tables

# Shorter than PostgreSQL waits before it looks for deadlocks: a report that is being read is never ended, and
# others wait behind us only so long. Then we try again.
SHORT_WAIT = "set local lock_timeout = '500ms'"
TAKING_PLACE_SECONDS = 60.0
PAUSE_SECONDS = (0.2, 1.0)

ONE_AT_A_TIME = "select pg_try_advisory_lock(hashtext('analytics.rebuild'))"
NEXT = "select pg_advisory_unlock(hashtext('analytics.rebuild'))"
HOLD_BATCHES = "lock table public.inbox in share row exclusive mode"
DROP_SCHEMA = "drop schema if exists rebuilt cascade"
CREATE_SCHEMA = "create schema rebuilt"
# Those that migrations have let read and write.
SELECT_PROCESS_ROLES = """
select distinct grantee from information_schema.role_table_grants
where table_schema = 'public' and table_name = 'watermark' and grantee <> current_user
"""
GRANTS: tuple[LiteralString, ...] = (
    "grant usage on schema rebuilt to {role}",
    "grant select, insert, update, delete on all tables in schema rebuilt to {role}",
)
SET_REBUILDING = """
insert into public.watermark (is_only, is_rebuilding) values (true, %(is_rebuilding)s)
on conflict (is_only) do update set is_rebuilding = excluded.is_rebuilding
"""


class AlreadyRebuilding(CommandFailed):
    """Another command rebuilds the figures."""

    def __init__(self) -> None:
        super().__init__("another command is rebuilding the figures")


@asynccontextmanager
async def only_one(database: Database) -> AsyncIterator[None]:
    """Hold the right to rebuild, which one command has at a time; raises `AlreadyRebuilding`."""
    async with database.connection() as sql:
        if not await sql.fetch_value(ONE_AT_A_TIME):
            raise AlreadyRebuilding
        try:
            yield
        finally:
            await sql.execute(NEXT)


async def open_schema(database: Database) -> None:
    """Make the tables, empty, and let workers fill them too from now on. What a dead rebuild left is gone."""
    async with database.transaction() as tx:
        await tx.execute(HOLD_BATCHES)
        await tx.execute(DROP_SCHEMA)
        await tx.execute(CREATE_SCHEMA)
        for statement in definitions():
            await tx.execute(statement)
        for role in await tx.fetch_values(SELECT_PROCESS_ROLES):
            for grant in GRANTS:
                await tx.execute(sql.SQL(grant).format(role=sql.Identifier(role)))
        await tx.execute(SET_REBUILDING, {"is_rebuilding": True})


async def take_place(database: Database) -> None:
    """Put the new tables in the place of the old ones, between two batches and between two reports."""
    retrying = AsyncRetrying(
        retry=retry_if_exception_type(Unavailable),
        stop=stop_after_delay(TAKING_PLACE_SECONDS),
        wait=wait_random(*PAUSE_SECONDS),
        reraise=True,
    )
    async for attempt in retrying:
        with attempt:
            await _take_place(database)


async def _take_place(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.execute(SHORT_WAIT)
        await tx.execute(HOLD_BATCHES)
        for table in rebuilt_tables():
            name = sql.Identifier(table.name)
            await tx.execute(sql.SQL("drop table public.{}").format(name))
            await tx.execute(sql.SQL("alter table rebuilt.{} set schema public").format(name))
        await tx.execute(DROP_SCHEMA)
        await tx.execute(SET_REBUILDING, {"is_rebuilding": False})


async def close_schema(database: Database) -> None:
    """Give the rebuild up: workers forget its tables, and they are gone."""
    async with database.transaction() as tx:
        await tx.execute(HOLD_BATCHES)
        await tx.execute(SET_REBUILDING, {"is_rebuilding": False})
        await tx.execute(DROP_SCHEMA)
