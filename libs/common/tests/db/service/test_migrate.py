"""Migrations are written from the table models."""

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from libs.common.db.migrate import migrate, write_migration
from libs.testing.databases import WorkerDatabase

VERSIONS = Path(__file__).parents[5] / "services" / "chatbot" / "migrations" / "versions"


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
