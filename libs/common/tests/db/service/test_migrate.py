"""Migrations are written from the table models."""

import asyncio
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from alembic import command
from psycopg.errors import LockNotAvailable
from psycopg.rows import scalar_row
from sqlalchemy import text

from libs.common.db.migrate import MigrationFailed, config, migrate, write_migration
from libs.common.db.migrations_env import engine_of
from libs.testing.databases import WorkerDatabase, as_process
from libs.testing.waiting import eventually

ROOT = Path(__file__).parents[5]
VERSIONS = ROOT / "services" / "chatbot" / "migrations" / "versions"

BEFORE_PAID_AGAIN = "d41c8a5e7f36"
"""Of analytics: the next migration adds columns to `voided_sales`."""
BEFORE_OLD_OPERATIONS = "d3f8a1c46e72"
"""Of catalog: the next migration builds `ix_operations_at` concurrently."""
IS_VALID = "select indisvalid from pg_index where indexrelid = 'ix_operations_at'::regclass"
IS_BUILDING = """
select true from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid() and query ilike 'create index concurrently%'
"""
SESSIONS = "select count(*) from pg_stat_activity where datname = current_database()"
HAS_COLUMN = """
select exists (select from information_schema.columns
               where table_name = 'voided_sales' and column_name = 'paid_again_by')
"""
PATIENCE_SECONDS = 60
AS_REQUESTS = "-c lock_timeout=4000"


def test_no_migration_is_written_where_there_is_nothing_to_migrate(
    database_of: Callable[[str], WorkerDatabase], capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(VERSIONS.glob("*.py"))
    write_migration("chatbot", database_of("chatbot").url, "nothing new")
    assert sorted(VERSIONS.glob("*.py")) == before
    assert "Nothing to write" in capsys.readouterr().err


def test_a_database_of_a_newer_version_is_left_as_it_is(
    database_of: Callable[[str], WorkerDatabase], capsys: pytest.CaptureFixture[str]
) -> None:
    url = database_of("chatbot").url
    with psycopg.connect(url, autocommit=True) as owner:
        [known] = owner.execute("select version_num from alembic_version").fetchall()
        owner.execute("update alembic_version set version_num = 'of-tomorrow'")
        try:
            migrate("chatbot", url)
            assert "of-tomorrow" in capsys.readouterr().err
            assert owner.execute("select version_num from alembic_version").fetchone() == ("of-tomorrow",)
        finally:
            owner.execute("update alembic_version set version_num = %s", known)


def test_a_database_of_this_version_is_not_called_newer(
    database_of: Callable[[str], WorkerDatabase], capsys: pytest.CaptureFixture[str]
) -> None:
    migrate("chatbot", database_of("chatbot").url)
    assert capsys.readouterr().err == ""


async def test_a_migration_waits_for_a_table_in_use_and_lets_requests_through(
    empty_database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    command.upgrade(config("analytics", empty_database_url), BEFORE_PAID_AGAIN)
    with ThreadPoolExecutor(1) as pool, psycopg.connect(empty_database_url) as backup:
        backup.execute("select from voided_sales")  # holds up whoever changes the table
        migrating = pool.submit(migrate, "analytics", empty_database_url)
        await eventually(lambda: "a table is in use" in capsys.readouterr().err)
        with psycopg.connect(empty_database_url, row_factory=scalar_row, options=AS_REQUESTS) as request:
            for _ in range(3):
                assert request.execute("select count(*) from voided_sales").fetchone() == 0
                request.rollback()
        backup.rollback()
        await asyncio.wait_for(asyncio.wrap_future(migrating), PATIENCE_SECONDS)
    with psycopg.connect(empty_database_url, row_factory=scalar_row) as owner:
        assert owner.execute(HAS_COLUMN).fetchone() is True


def test_an_index_whose_building_was_cut_off_is_built_again(empty_database_url: str) -> None:
    command.upgrade(config("catalog", empty_database_url), BEFORE_OLD_OPERATIONS)
    with psycopg.connect(empty_database_url, autocommit=True, row_factory=scalar_row) as owner:
        with psycopg.connect(empty_database_url) as request:
            request.execute("lock table operations in row exclusive mode")
            owner.execute("set lock_timeout = '50ms'")
            with pytest.raises(LockNotAvailable):
                owner.execute("create index concurrently ix_operations_at on operations (at)")
            request.rollback()
        assert owner.execute(IS_VALID).fetchone() is False
        migrate("catalog", empty_database_url)
        assert owner.execute(IS_VALID).fetchone() is True


async def test_two_migrations_at_once_take_turns(empty_database_url: str) -> None:
    command.upgrade(config("catalog", empty_database_url), BEFORE_OLD_OPERATIONS)
    with (
        psycopg.connect(empty_database_url, autocommit=True, row_factory=scalar_row) as owner,
        psycopg.connect(empty_database_url) as request,
    ):
        request.execute("lock table operations in row exclusive mode")  # the index waits for its end
        first = migrating(empty_database_url)
        await eventually(lambda: owner.execute(IS_BUILDING).fetchone())
        sessions = owner.execute(SESSIONS).fetchone()
        second = migrating(empty_database_url)
        await eventually(lambda: second.poll() is not None or owner.execute(SESSIONS).fetchone() != sessions)
        request.rollback()
    said = [each.communicate(timeout=PATIENCE_SECONDS)[1] for each in (first, second)]
    assert ([first.returncode, second.returncode], said) == ([0, 0], ["", ""])


def test_the_server_asks_whether_the_machine_of_a_migration_is_there(empty_database_url: str) -> None:
    url = config("chatbot", empty_database_url).attributes["url"]
    with engine_of(url).connect() as migrating:
        assert migrating.execute(text("show tcp_keepalives_idle")).scalar_one() == "5"


def test_a_migration_that_fails_says_why_in_a_line(
    empty_database_url: str, database_of: Callable[[str], WorkerDatabase]
) -> None:
    database_of("chatbot")  # makes the role that only reads and writes rows
    with pytest.raises(
        MigrationFailed, match=r"^the migrations of chatbot failed: permission denied for schema public$"
    ):
        migrate("chatbot", as_process(empty_database_url))


def migrating(url: str) -> subprocess.Popen[str]:
    """A process that migrates catalog's database."""
    upgrade = [sys.executable, "-m", "libs.common.db.migrate", "catalog", "upgrade"]
    environment = {"DATABASE_URL": url}
    return subprocess.Popen(upgrade, env=environment, stderr=subprocess.PIPE, text=True, cwd=ROOT)
