"""Tests indexes of the migrations, of which alembic does not compare what they cover."""

from libs.common.db.database import Database


async def test_the_key_of_lines_covers_what_a_report_sums_by_day(database: Database) -> None:
    # alembic compares no INCLUDE; without it a report of a month reads a month of the table.
    definition = await database.fetch_value("select pg_get_indexdef('pk_line_facts'::regclass)")
    assert definition.endswith("(day, order_id, product_id) INCLUDE (quantity, amount, tax_amount)")


async def test_the_index_of_a_customer_s_lines_covers_the_product_on_which_most_was_spent(
    database: Database,
) -> None:
    index = "select pg_get_indexdef('ix_line_facts_customer_id'::regclass)"
    covering = "(customer_id, day) INCLUDE (product_id, quantity, amount, tax_amount)"
    assert covering in await database.fetch_value(index)


async def test_the_index_of_a_customer_s_sales_covers_the_report_on_them(database: Database) -> None:
    index = "select pg_get_indexdef('ix_sale_facts_customer_id'::regclass)"
    covering = "(customer_id, day) INCLUDE (order_id, hour, payment_method, final_amount)"
    assert covering in await database.fetch_value(index)
