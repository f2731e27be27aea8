"""Migrations of chatbot keep what is there."""

import psycopg
import pytest
from alembic import command

from libs.common.db.migrate import config

BEFORE_SPELLINGS = "8e4a0b6c3d95"
INSERT_USER = "insert into chatbot_users (mobile_number, name, last_interaction) values (%s, 'Ana', now())"


def test_users_with_two_spellings_of_one_number_stay(empty_database_url: str) -> None:
    migrations = config("chatbot", empty_database_url)
    command.upgrade(migrations, BEFORE_SPELLINGS)
    with psycopg.connect(empty_database_url, autocommit=True) as connection:
        for number in ("5512345678", "+52 55 1234 5678", "5587654321"):
            connection.execute(INSERT_USER, [number])
        command.upgrade(migrations, "head")
        rows = connection.execute("select mobile_number, number_shared from chatbot_users order by 1")
        assert rows.fetchall() == [
            ("+52 55 1234 5678", False),
            ("5512345678", True),
            ("5587654321", False),
        ]
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute(INSERT_USER, ["(55) 1234-5678"])
    command.downgrade(migrations, BEFORE_SPELLINGS)
    command.upgrade(migrations, "head")
