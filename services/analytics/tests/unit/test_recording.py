from services.analytics.usecases.sales.recording import INSERT_SALES

PREPARED_MAX = 4096
"""The characters of the longest statement that psycopg keeps prepared."""


def test_the_statement_that_records_sales_is_kept_prepared() -> None:
    assert len(INSERT_SALES) <= PREPARED_MAX
