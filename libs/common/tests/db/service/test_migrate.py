"""Migrations are written from the table models."""

from collections.abc import Callable
from pathlib import Path

import pytest

from libs.common.db.migrate import write_migration
from libs.testing.databases import WorkerDatabase

VERSIONS = Path(__file__).parents[5] / "services" / "chatbot" / "migrations" / "versions"


def test_no_migration_is_written_where_there_is_nothing_to_migrate(
    database_of: Callable[[str], WorkerDatabase], capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(VERSIONS.glob("*.py"))
    write_migration("chatbot", database_of("chatbot").url, "nothing new")
    assert sorted(VERSIONS.glob("*.py")) == before
    assert "Nothing to write" in capsys.readouterr().err
