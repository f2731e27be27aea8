"""A migration is written without a running suite."""

import pytest

from deploy.local.migrations import write_on_temporary_database


def test_nothing_is_written_where_the_migrations_make_what_the_tables_say(
    capfd: pytest.CaptureFixture[str],
) -> None:
    write_on_temporary_database("chatbot", "nothing new")
    assert "Nothing to write" in capfd.readouterr().err
