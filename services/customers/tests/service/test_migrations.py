"""Migrations of customers keep what is there."""

import psycopg
import pytest
from alembic import command

from libs.common.db.migrate import config

BEFORE_SPELLINGS = "406e8cad2f43"
INSERT_CUSTOMER = """
insert into customers (first_name, last_name, phone_number, email, created_at, deleted_at)
values ('Ana', 'Ruiz', %s, %s, now(), case when %s then now() end)
"""


def test_customers_with_two_spellings_of_one_number_stay(empty_database_url: str) -> None:
    migrations = config("customers", empty_database_url)
    command.upgrade(migrations, BEFORE_SPELLINGS)
    with psycopg.connect(empty_database_url, autocommit=True) as connection:
        for phone_number, email, deleted in [
            ("+52 55 1234 5678", None, True),
            ("55 1234 5678", "ana@mail.mx", False),
            ("5512345678", "Ana@ruiz.mx", False),
            ("5587654321", None, False),
        ]:
            connection.execute(INSERT_CUSTOMER, (phone_number, email, deleted))
        command.upgrade(migrations, "head")
        rows = connection.execute("select phone_number, phone_shared, search_text from customers order by id")
        assert rows.fetchall() == [
            ("+52 55 1234 5678", False, "ana ruiz +52 55 1234 5678 5512345678  "),
            ("55 1234 5678", False, "ana ruiz 55 1234 5678 5512345678 ana@mail.mx "),
            ("5512345678", True, "ana ruiz 5512345678 5512345678 ana@ruiz.mx "),
            ("5587654321", False, "ana ruiz 5587654321 5587654321  "),
        ]
        for phone_number, email in [("(55) 1234-5678", None), ("55", "ANA@ruiz.mx")]:
            with pytest.raises(psycopg.errors.UniqueViolation):
                connection.execute(INSERT_CUSTOMER, (phone_number, email, False))
    command.downgrade(migrations, BEFORE_SPELLINGS)
    command.upgrade(migrations, "head")
