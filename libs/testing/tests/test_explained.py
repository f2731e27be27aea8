"""Statements of a database are heard with what they touched."""

import psycopg

from libs.common.db.database import Database
from libs.testing.explained import explain_all, hear

MAKE = """
create table things (id int primary key, name text);
insert into things select n, repeat('x', 100) from generate_series(1, 10000) as n;
analyze things
"""
INSERT_BESIDE = """
with made as (insert into things select n, 'new' from generate_series(10001, 10100) as n) select 1
"""


async def test_a_statement_is_heard_with_its_blocks_and_the_tables_it_read_in_full(
    empty_database_url: str, postgres_admin_url: str
) -> None:
    with psycopg.connect(empty_database_url, autocommit=True) as connection:
        connection.execute(MAKE)
    explain_all(postgres_admin_url, empty_database_url.rpartition("/")[2])
    database = Database(empty_database_url)
    heard = hear(database)
    await database.open()
    try:
        await database.fetch_value("select name from things where id = %(id)s", {"id": 7})
        await database.fetch_value("select id from things where name = %(name)s", {"name": "y"})
        await database.fetch_value(INSERT_BESIDE)
    finally:
        await database.close()

    by_index, in_full, inserted = heard
    assert by_index.statement == "select name from things where id = $1"
    assert by_index.blocks < 10
    assert not by_index.scanned
    assert in_full.blocks > 100
    assert in_full.scanned == {"things": in_full.blocks}
    assert inserted.blocks > 100
