"""Tests an index of the migrations that alembic does not compare."""

from libs.common.db.database import Database


async def test_the_key_of_lines_covers_what_a_report_sums_by_day(database: Database) -> None:
    # alembic compares no INCLUDE; without it a report of a month reads a month of the table.
    definition = await database.fetch_value("select pg_get_indexdef('pk_line_facts'::regclass)")
    assert definition.endswith("(day, order_id, product_id) INCLUDE (quantity, amount, tax_amount)")
