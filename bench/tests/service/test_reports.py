"""The bench of reports, in small: it fills a database, asks every report, and records sales."""

from pathlib import Path

import pytest
from rich.console import Console

from bench.reports.asked import REPORTS
from bench.reports.ingest import WARM_UP, measure_ingest
from bench.reports.run import Load, measure_reports, served, show, show_ingest
from bench.reports.years import Size, fill
from libs.common.db.database import Database

SMALL = Size(sales=400, days=80, selling_products=20, products=30, customers=20)


@pytest.fixture(scope="session")
def service_name() -> str:
    """The service whose migrations create the database."""
    return "analytics"


async def test_a_small_shop_is_filled_asked_and_sold_from(database_url: str, tmp_path: Path) -> None:
    await fill(database_url, SMALL)
    await fill(database_url, SMALL)  # a filled one is left as it is
    console = Console(record=True, width=200)
    with served(database_url, SMALL, tmp_path) as client:
        figures = measure_reports(client, database_url, Load(SMALL, asked=1, plain_asked=1))
    show(console, figures)
    show_ingest(console, await measure_ingest(database_url, 20, sizes=[2], rounds=1, orders=2))

    assert {figure.report for figure in figures} == {report.name for report in REPORTS}
    assert all(0 < figure.p50 <= figure.p95 for figure in figures)
    assert "ingest in batches of   2" in console.export_text()
    recorded = 2 * (1 + WARM_UP)
    assert await sales_of(database_url) == SMALL.sales_a_day * SMALL.days + recorded


async def sales_of(url: str) -> int:
    database = Database(url, size=2)
    await database.open()
    try:
        return int(await database.fetch_value("select sum(tickets) from sales_by_hour"))
    finally:
        await database.close()
