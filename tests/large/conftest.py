"""A large shop's database of each service, filled once per run."""

from collections.abc import AsyncIterator, Callable

import psycopg
import pytest
from psycopg import sql

from libs.common.db.database import Database
from libs.testing.databases import WorkerDatabase, with_database
from libs.testing.plugin import SERVERS
from tests.large.rows import fill

LargeDatabase = Callable[[str], str]


@pytest.fixture(scope="session")
def large_database(
    pytestconfig: pytest.Config, postgres_admin_url: str, database_of: Callable[[str], WorkerDatabase]
) -> LargeDatabase:
    """A function from a service name to the URL of its large database, which the first caller fills."""
    servers = pytestconfig.stash[SERVERS]

    def filled(service: str) -> str:
        name = f"{servers.run_id}_{service}_large"
        url = with_database(postgres_admin_url, name)
        with (
            servers.lock(f"large-{service}"),
            psycopg.connect(postgres_admin_url, autocommit=True) as admin,
        ):
            if admin.execute("select from pg_database where datname = %s", (name,)).fetchone() is None:
                database_of(service)  # makes the template
                template = f"{servers.run_id}_{service}_template"
                unfinished = f"{name}_new"
                admin.execute(
                    sql.SQL("create database {} template {}").format(
                        sql.Identifier(unfinished), sql.Identifier(template)
                    )
                )
                fill(with_database(postgres_admin_url, unfinished), service, cheap_forms=True)
                admin.execute(
                    sql.SQL("alter database {} rename to {}").format(
                        sql.Identifier(unfinished), sql.Identifier(name)
                    )
                )
        return url

    return filled


@pytest.fixture
async def catalog(large_database: LargeDatabase) -> AsyncIterator[Database]:
    """Catalog's large database, open."""
    database = Database(large_database("catalog"))
    await database.open()
    yield database
    await database.close()
