"""The role of a service's processes reads and writes rows; the tables belong to somebody else."""

from collections.abc import Callable, Iterator

import psycopg
import pytest
from psycopg import Connection, sql
from psycopg.rows import TupleRow

from libs.common.db.rights import grant_rows
from libs.services import SERVICES
from libs.testing.databases import PROCESS_ROLE, TABLES, WorkerDatabase


@pytest.fixture(params=SERVICES)
def database(request: pytest.FixtureRequest, database_of: Callable[[str], WorkerDatabase]) -> WorkerDatabase:
    """A service's own database, with its newest schema."""
    return database_of(str(request.param))


@pytest.fixture
def process(database: WorkerDatabase) -> Iterator[Connection[TupleRow]]:
    with psycopg.connect(database.process_url, autocommit=True) as connection:
        yield connection


def tables_of(connection: Connection[TupleRow]) -> list[str]:
    tables = [name for (name,) in connection.execute(TABLES)]
    assert tables
    return tables


def test_the_processes_of_a_service_cannot_change_its_tables(process: Connection[TupleRow]) -> None:
    statements = (
        "drop table {table}",
        "alter table {table} add column more int",
        "alter table {table} disable trigger all",
        "truncate {table}",
        "create index on {table} ((1))",
        "create table more (id int)",
        "create schema more",
        "drop schema public cascade",
        "create function more() returns int language sql as 'select 1'",
        "alter role current_user superuser",
        "delete from alembic_version",
        "update alembic_version set version_num = ''",
    )
    refused = (psycopg.errors.InsufficientPrivilege, psycopg.errors.WrongObjectType)
    for table in tables_of(process):
        for statement in statements:
            with pytest.raises(refused):
                process.execute(sql.SQL(statement).format(table=sql.Identifier(table)))


def test_the_processes_of_a_service_read_and_write_all_of_its_rows(process: Connection[TupleRow]) -> None:
    for table in tables_of(process):
        for privilege in ("select", "insert", "update", "delete"):
            assert process.execute("select has_table_privilege(%s, %s)", (table, privilege)).fetchone() == (
                True,
            ), f"{privilege} on {table}"


def test_they_own_nothing(process: Connection[TupleRow]) -> None:
    owned = "select count(*) from pg_class where relowner = current_user::regrole"
    assert process.execute(owned).fetchone() == (0,)


def test_a_table_of_a_later_migration_is_theirs_to_write(
    database: WorkerDatabase, process: Connection[TupleRow]
) -> None:
    with psycopg.connect(database.url, autocommit=True) as owner:
        owner.execute("create table later (id int generated always as identity, note text)")
        try:
            process.execute("insert into later (note) values ('a')")
            assert process.execute("select id from later").fetchall() == [(1,)]
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                process.execute("drop table later")
        finally:
            owner.execute("drop table later")


def test_rights_may_be_granted_again(database: WorkerDatabase, process: Connection[TupleRow]) -> None:
    grant_rows(database.url, PROCESS_ROLE)
    assert process.execute("select count(*) from alembic_version").fetchone() == (1,)
