"""The owner's page costs what its days and the products on it cost, however much was sold before them.

The shop has 200,000 products in stock and 200,000 sales of three years, of a hundred products.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import LiteralString
from zoneinfo import ZoneInfo

import pytest

from libs.common.db.database import Database
from libs.testing.explained import Carried, explain_own, hear
from services.analytics.domain.overview import Overview
from services.analytics.domain.overview_periods import Range
from services.analytics.usecases.reports.desk import Desk, Snapshot
from services.analytics.usecases.reports.overviewing import STOCK_SHOWN, WantedOverview, open_overview
from tests.architecture.test_growth import PLAN
from tests.large.conftest import LargeDatabase
from tests.large.rows import ROWS, SOLD

pytestmark = pytest.mark.timeout(240)  # the first test fills the database

NOW = datetime(2026, 3, 2, 18, tzinfo=UTC)
STORE = ZoneInfo("America/Mexico_City")
STATEMENT_MAX, PAGE_MAX = 3_900, 5_500
"""Blocks beside tables that are read whole. An index of all lines has 4,000 at least."""
MANY = 2_000
"""Products that sell beside the usual ones."""
A_LOOK = 4
"""Blocks for one row that an index finds."""

NOTHING_SELLS: tuple[LiteralString, ...] = (
    "delete from line_facts where day >= '2026-01-01'",
    "delete from products_by_month where month >= '2026-01-01'",
    "delete from products_by_year where year = '2026-01-01'",
)

# The most valuable stock of all, so that what is dead lies behind it.
THE_BEST_SELLS: tuple[LiteralString, ...] = (
    f"""
    insert into line_facts (day, order_id, product_id, quantity, amount, tax_amount, tax_rate)
    select date '2026-03-01', {ROWS} + product_id, product_id, 3, 300, 48, '0.16' from (
        select product_id from product_stocks where in_catalog and current_stock > 0
        order by current_stock * unit_cost desc nulls last, product_id limit {MANY}
    ) as best
    """,
    "analyze line_facts",
)
IT_RUNS_OUT: LiteralString = f"""
update product_stocks set current_stock = 1
where product_id in (select product_id from line_facts where order_id > {ROWS})
"""


@dataclass(frozen=True, slots=True)
class ChangedDesk(Desk):
    """A desk whose reports find the shop changed by these statements, which are rolled back behind them."""

    changes: Sequence[LiteralString]
    heard: list[Carried]

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Snapshot]:
        async with self.database.connection() as sql, sql.connection.transaction(force_rollback=True):
            for change in self.changes:
                await sql.execute(change)
            self.heard.clear()
            yield Snapshot(sql, None, self.now)


@pytest.fixture(params=["force_generic_plan", "force_custom_plan"])
async def database(request: pytest.FixtureRequest, large_database: LargeDatabase) -> AsyncIterator[Database]:
    database = Database(large_database("analytics"))
    explain_own(database, plan_cache_mode=request.param)
    yield database
    await database.close()


async def opened(
    database: Database, wanted: Range, *changes: LiteralString
) -> tuple[Overview, Sequence[Carried]]:
    """The page, and what its statements cost."""
    heard = hear(database)
    await database.open()
    desk = ChangedDesk(database, lambda: NOW, STORE, changes, heard)
    page = await open_overview(WantedOverview(wanted), desk=desk)
    assert heard
    return page.content, heard


def looked_up(each: Carried) -> int:
    """The blocks that a statement found by indexes. Where many products are sold it reads them all, and their
    stock, as a row found by itself costs ten times as much as one of all."""
    return each.blocks - sum(each.scanned.values())


def scanned(heard: Sequence[Carried]) -> dict[str, str]:
    """The tables that grow and were read in full, each with the statement that did."""
    return {
        table: each.statement
        for each in heard
        for table in each.scanned
        if PLAN["analytics", table] != "bounded"
    }


@pytest.mark.parametrize("wanted", [Range.TODAY, Range.MONTH, Range.LAST_30_DAYS, Range.YEAR])
async def test_the_page_reads_few_blocks_of_a_large_shop_by_indexes(
    database: Database, wanted: Range
) -> None:
    page, heard = await opened(database, wanted)
    assert page.total.tickets > 0
    assert not scanned(heard)
    assert not [each for each in heard if looked_up(each) > STATEMENT_MAX]
    assert sum(map(looked_up, heard)) < PAGE_MAX


async def test_where_all_stock_is_dead_no_more_is_read(database: Database) -> None:
    page, heard = await opened(database, Range.TODAY, *NOTHING_SELLS)
    assert len(page.dead_stock) == STOCK_SHOWN
    assert not page.running_out
    assert not scanned(heard)
    assert sum(map(looked_up, heard)) < PAGE_MAX


async def test_where_the_best_stock_sells_each_product_before_the_dead_costs_a_look_at_an_index(
    database: Database,
) -> None:
    page, heard = await opened(database, Range.TODAY, *THE_BEST_SELLS)
    assert len(page.dead_stock) == STOCK_SHOWN
    (dead,) = [each for each in heard if "last_sale" in each.statement]
    assert not dead.scanned
    assert dead.blocks < (MANY + SOLD) * 2 * A_LOOK  # its stock and its last sale


async def test_where_all_that_sells_runs_out_each_product_costs_a_look_at_indexes(database: Database) -> None:
    page, heard = await opened(database, Range.TODAY, *THE_BEST_SELLS, IT_RUNS_OUT)
    assert len(page.running_out) == STOCK_SHOWN
    (running_out,) = [each for each in heard if "days_left" in each.statement]
    assert looked_up(running_out) < (MANY + SOLD) * 3 * A_LOOK  # its sales, its description and its stock
