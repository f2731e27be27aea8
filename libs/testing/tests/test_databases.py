"""Each test has a migrated and empty database."""

from collections.abc import Callable, Iterator

import psycopg
import pytest

from libs.testing.databases import WorkerDatabase

SCHEMA = """
create table alembic_version (version text);
insert into alembic_version values ('1');
create table parents (id int generated always as identity primary key);
create table children (id serial primary key, parent int not null references parents);
create table facts (at date) partition by range (at);
create table facts_2026 partition of facts for values from ('2026-01-01') to ('2027-01-01');
"""
FILL = """
insert into parents default values;
insert into children (parent) values (1);
insert into facts values ('2026-02-03')
"""
COUNT = (
    "select (select count(*) from parents) + (select count(*) from children) + (select count(*) from facts)"
)


@pytest.fixture
def database(postgres_admin_url: str, empty_database_url: str) -> Iterator[WorkerDatabase]:
    with psycopg.connect(empty_database_url, autocommit=True) as connection:
        connection.execute(SCHEMA)
        name = connection.info.dbname
    database = WorkerDatabase(postgres_admin_url, name)
    yield database
    database.close()


def test_emptying_deletes_the_rows_of_all_tables(database: WorkerDatabase) -> None:
    with psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute(FILL)
        database.empty()
        assert connection.execute(COUNT).fetchone() == (0,)


def test_emptying_starts_identities_again(database: WorkerDatabase) -> None:
    with psycopg.connect(database.url, autocommit=True) as connection:
        for _ in range(2):
            database.empty()
            connection.execute(FILL)
        assert connection.execute("select p.id, c.id from parents p, children c").fetchall() == [(1, 1)]


def test_emptying_leaves_the_version_of_the_schema(database: WorkerDatabase) -> None:
    database.empty()
    with psycopg.connect(database.url) as connection:
        assert connection.execute("select version from alembic_version").fetchone() == ("1",)


def test_emptying_goes_on_after_the_servers_sessions_were_ended(
    database: WorkerDatabase, postgres_admin_url: str
) -> None:
    database.empty()
    with psycopg.connect(postgres_admin_url, autocommit=True) as admin:
        name = database.url.rpartition("/")[2]
        admin.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", (name,))
    database.empty()


def test_the_database_of_a_service_has_its_newest_schema(
    database_of: Callable[[str], WorkerDatabase],
) -> None:
    with psycopg.connect(database_of("chatbot").url) as connection:
        found = connection.execute("select to_regclass('alembic_version') is not null").fetchone()
    assert found == (True,)


def test_a_worker_keeps_its_database_of_a_service(database_of: Callable[[str], WorkerDatabase]) -> None:
    assert database_of("chatbot") is database_of("chatbot")
