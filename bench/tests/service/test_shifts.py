"""The bench of shifts, in small: what is filled is as payments would have left it, and costs no more."""

from pathlib import Path

import psycopg
import pytest
from rich.console import Console

from bench.shifts.run import WORKS, compare, show
from bench.shifts.shop import FEW_SALES
from libs.testing.databases import with_database
from tests.e2e.invariants.of_shifts import OF_SHIFTS

ORDERS, PAID_AT_TILL = 253, 200


@pytest.fixture(scope="session")
def service_name() -> str:
    """The service whose migrations create the database."""
    return "sales"


def test_a_shift_of_many_sales_is_filled_and_compared_with_one_of_few(
    database_url: str, postgres_admin_url: str, tmp_path: Path
) -> None:
    url = with_database(postgres_admin_url, database_url.rpartition("/")[2])
    console = Console(record=True, width=200)
    compared = compare(postgres_admin_url, url, tmp_path, ORDERS, 2, console)
    show(console, compared)

    assert (compared.few_sales, compared.many_sales) == (FEW_SALES, PAID_AT_TILL)
    assert [figure.work for figure in compared.figures] == list(WORKS)
    assert all(0 < each.many_blocks <= 1.5 * each.few_blocks for each in compared.figures)
    assert "200 sales: ms" in console.export_text()
    with psycopg.connect(url) as database:
        broken = {rule: database.execute(statement.encode()).fetchall() for rule, statement in OF_SHIFTS}
    assert not {rule: rows for rule, rows in broken.items() if rows}
