"""The tables of a rebuild, in a schema of their own beside those that are read.

While they are filled, workers apply every batch to both; then they take the others' place in one transaction.
Every batch and every page of an export takes a lock on `inbox` first, so ours waits for those under way and
holds back the next.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import LiteralString

import psycopg
from psycopg import sql

from libs.common.commands import CommandFailed
from libs.common.db.database import Database, Sql, Transaction
from libs.common.errors import Unavailable
from libs.common.patience import while_unavailable
from services.analytics.usecases.rebuilding.definitions import REBUILT, definitions, rebuilt_tables

# Batches and reports queue behind a lock that we wait for, so we give up soon and try again. PostgreSQL
# cancels an autovacuum that is in the way after 1 s of waiting: the long wait gives it that second.
SHORT_WAIT = "set local lock_timeout = '500ms'"
LONG_WAIT = "set local lock_timeout = '1500ms'"
SHORT_ATTEMPTS = 5
# A list that a client reads slowly, or a check of the books, is waited for.
TAKING_PLACE_SECONDS = 600.0

ONE_AT_A_TIME = "select pg_try_advisory_lock(hashtext('analytics.rebuild'))"
HOLD_BATCHES = "lock table public.inbox in share row exclusive mode"
# A report reads the watermark first. One that has not read more yet would find the new tables and, by its
# snapshot, not all of what is in them.
HOLD_REPORTS = "lock table public.watermark in access exclusive mode"
JOIN_BATCHES = "lock table public.inbox in row exclusive mode"
# 1,000 orders in a page: more work than a request's.
TAKE_A_MINUTE = "set local statement_timeout = '1min'"
DROP_SCHEMA = "drop schema if exists rebuilt cascade"
CREATE_SCHEMA = "create schema rebuilt"
# Tables keep this id when they change place, and no other rebuild has it.
SELECT_MARK = "select %(table)s::regclass::oid::bigint"
SELECT_PLACE = """
select nspname from pg_class join pg_namespace on pg_namespace.oid = relnamespace
where pg_class.oid = %(mark)s::bigint::oid
"""
# What a table is made of, as far as a migration may change it.
SELECT_PARTS: LiteralString = """
with made as (
    select pg_class.oid, relname from pg_class
    where relnamespace = %(schema)s::regnamespace and relname = any(%(tables)s)
)
select relname || ': ' || concat_ws(' ', attname, format_type(atttypid, atttypmod),
    case when attnotnull then 'not null' end, pg_get_expr(adbin, adrelid))
from made join pg_attribute on attrelid = made.oid
left join pg_attrdef on adrelid = attrelid and adnum = attnum
where attnum > 0 and not attisdropped
union all
select relname || ': ' || replace(pg_get_indexdef(indexrelid), %(schema)s || '.', '')
from made join pg_index on indrelid = made.oid
union all
select relname || ': ' || conname || ' ' || pg_get_constraintdef(pg_constraint.oid)
from made join pg_constraint on conrelid = made.oid where contype <> 'n'
"""
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


class RebuildLost(CommandFailed):
    """Another command has dropped the tables of this rebuild."""

    def __init__(self) -> None:
        super().__init__("another command has taken this rebuild's place")


class OtherTables(CommandFailed):
    """The tables are not those that this version knows: a migration comes first, or has just run."""

    def __init__(self, parts: Sequence[str]) -> None:
        super().__init__(f"the tables are of another version ({parts[0]}): migrate, then rebuild")


@dataclass(frozen=True, slots=True)
class Rebuild:
    """The tables of one rebuild, told from those of any other by their `mark`."""

    mark: int

    async def join_batches(self, tx: Transaction) -> None:
        """Let this transaction fill the tables, as one of the batches; raises `RebuildLost`."""
        await tx.execute(TAKE_A_MINUTE)
        await tx.execute(JOIN_BATCHES)
        if await self._place(tx) != REBUILT:
            raise RebuildLost

    async def take_place(self, database: Database) -> None:
        """Put the tables in the place of the old ones, between two batches and between two reports.

        Raises `RebuildLost`, `OtherTables`, and `Unavailable` if reports leave no gap in ten minutes.
        """
        async for attempt in while_unavailable(TAKING_PLACE_SECONDS):
            with attempt:
                is_early = attempt.retry_state.attempt_number <= SHORT_ATTEMPTS
                await self._take_place(database, SHORT_WAIT if is_early else LONG_WAIT)

    async def close(self, database: Database) -> None:
        """Give this rebuild up, unless its tables have taken their place or are gone."""
        async with database.transaction() as tx:
            await tx.execute(HOLD_BATCHES)
            if await self._place(tx) == REBUILT:
                await _drop(tx)

    async def _take_place(self, database: Database, wait: LiteralString) -> None:
        async with database.transaction() as tx:
            await tx.execute(wait)
            await tx.execute(HOLD_BATCHES)
            place = await self._place(tx)
            if place == "public":  # the attempt before has committed, and its connection broke
                return
            if place != REBUILT:
                raise RebuildLost
            await tx.execute(HOLD_REPORTS)
            names = [sql.Identifier(table.name) for table in rebuilt_tables()]
            for name in names:
                await tx.execute(sql.SQL("lock table public.{} in access exclusive mode").format(name))
            await _check_alike(tx)
            for name in names:
                await tx.execute(sql.SQL("drop table public.{}").format(name))
                await tx.execute(sql.SQL("alter table rebuilt.{} set schema public").format(name))
            await tx.execute(DROP_SCHEMA)
            await tx.execute(SET_REBUILDING, {"is_rebuilding": False})

    async def _place(self, tx: Transaction) -> str | None:
        """The schema in which the tables are; None: they are gone."""
        place: str | None = await tx.fetch_value(SELECT_PLACE, {"mark": self.mark})
        return place


@asynccontextmanager
async def only_one(database: Database) -> AsyncIterator[None]:
    """Hold the right to rebuild, which one command has at a time. Raises `AlreadyRebuilding`, `Unavailable`.

    It is held by a connection of its own. If that breaks, another command may begin, and ours fails with
    `RebuildLost` at its next page.
    """
    try:
        connection = await database.connect()
    except psycopg.OperationalError as error:
        raise Unavailable("database") from error
    try:
        if not await Sql(connection).fetch_value(ONE_AT_A_TIME):
            raise AlreadyRebuilding
        yield
    finally:
        await connection.close()


async def open_schema(database: Database) -> Rebuild:
    """Make the tables, empty, and let workers fill them too from now on. What a dead rebuild left is gone.

    Raises `OtherTables` if those that are read are not of this version.
    """
    async with database.transaction() as tx:
        await tx.execute(HOLD_BATCHES)
        await tx.execute(DROP_SCHEMA)
        await tx.execute(CREATE_SCHEMA)
        for statement in definitions():
            await tx.execute(statement)
        await _check_alike(tx)
        for role in await tx.fetch_values(SELECT_PROCESS_ROLES):
            for grant in GRANTS:
                await tx.execute(sql.SQL(grant).format(role=sql.Identifier(role)))
        await tx.execute(SET_REBUILDING, {"is_rebuilding": True})
        first = rebuilt_tables()[0]
        return Rebuild(await tx.fetch_value(SELECT_MARK, {"table": f"{REBUILT}.{first.name}"}))


async def close_schema(database: Database) -> None:
    """Give any rebuild up: workers forget its tables, and they are gone."""
    async with database.transaction() as tx:
        await tx.execute(HOLD_BATCHES)
        await _drop(tx)


async def vacuum(database: Database) -> None:
    """Let PostgreSQL know what is in the tables of the rebuild, so that reports are fast from the first one.

    New tables have no statistics, and their pages count as not visible to all: no index is enough for them.
    Raises `RebuildLost` or `Unavailable`.
    """
    try:
        async with await database.connect("-c statement_timeout=0") as connection:
            for table in rebuilt_tables():
                await connection.execute(
                    sql.SQL("vacuum (analyze) rebuilt.{}").format(sql.Identifier(table.name))
                )
    except psycopg.errors.UndefinedTable as error:
        raise RebuildLost from error
    except psycopg.OperationalError as error:
        raise Unavailable("database") from error


async def _drop(tx: Transaction) -> None:
    await tx.execute(SET_REBUILDING, {"is_rebuilding": False})
    await tx.execute(DROP_SCHEMA)


async def _check_alike(tx: Transaction) -> None:
    """Raise `OtherTables` unless both schemas have the same tables: processes of any version may migrate."""
    tables = [table.name for table in rebuilt_tables()]
    read, rebuilt = [
        set(await tx.fetch_values(SELECT_PARTS, {"schema": schema, "tables": tables}))
        for schema in ("public", REBUILT)
    ]
    if read != rebuilt:
        raise OtherTables(sorted(read ^ rebuilt))
