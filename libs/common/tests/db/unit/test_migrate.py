"""Migrations connect to the database that the processes use."""

import pytest

from libs.common.db.migrate import config


@pytest.mark.parametrize("scheme", ["postgresql", "postgres"])
def test_every_spelling_of_the_scheme_is_taken(scheme: str) -> None:
    url = config("auth", f"{scheme}://auth:secret@host:5432/auth").attributes["url"]
    assert url == "postgresql+psycopg://auth:secret@host:5432/auth"
