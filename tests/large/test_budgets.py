"""A statement touches as many blocks in a shop with ten times the orders, products and customers."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import scalar_row
from rich.console import Console

from bench.growth.filling import fill
from bench.growth.past import PUBLIC, Past
from bench.growth.rows import ROWS
from libs.common.messaging.relay import MEASURE_BACKLOG
from libs.testing.clock import START, FakeClock
from libs.testing.databases import WorkerDatabase, with_database
from libs.testing.explained import Carried, explain_all
from libs.testing.horizon import all_ended
from libs.testing.plugin import SERVERS
from libs.testing.settings import common_settings
from libs.testing.tokens import Tokens
from services.analytics.usecases.reports.customer_sales import SELECT_TOP_PRODUCT
from tests.architecture.test_growth import PLAN
from tests.e2e.invariants.judging import Suite, look_at
from tests.e2e.invariants.queues import Queues
from tests.large.works.of_analytics import analytics
from tests.large.works.of_auth import auth
from tests.large.works.of_catalog import catalog
from tests.large.works.of_customers import customers
from tests.large.works.of_sales import sales
from tests.large.works.of_shifts import DRAWERS, SHIFTS, add_older_shifts
from tests.large.works.running import Place, Running

pytestmark = pytest.mark.timeout(240)  # the first test fills ten databases

FEW = 1_000
MANY = 10 * FEW
DAYS = 2
"""Days in which all was sold: fewer than rows are kept that are pruned, so that there are as many of them."""
WARM_UP = 12
"""Runs after which PostgreSQL has a plan without values for every statement that is prepared."""
RUNS = 3
GROWTH_MAX = 1.5
DEEPER_MAX = 8
"""Blocks more, as indexes become deeper by a level."""
SCANNED_MAX = 8
"""Blocks of a table that may be read in full: of one that is nearly empty."""
BACKLOG: LiteralString = """
insert into outbox (event_id, type, subject, occurred_at, data)
select gen_random_uuid(), %(service)s || '.told.v1', 'thing/1', now(), repeat('x', 300)
from generate_series(1, %(orders)s)
"""
"""Events that wait for the broker."""

NO_ROOM_LEFT: LiteralString = """
insert into orders (uuid, channel, status, ticket_folio, user_id, subtotal, total_tax, final_amount,
    money_saved_total, created_at)
select gen_random_uuid(), 'POS', 'PENDING', 'X' || n, 1, 0, 0, 0, 0, now()
from generate_series(1, %(orders)s / 10) as n
"""
"""Rolled back: what is inserted next finds no room in old blocks, as each order was filled whole, while those
of a shop that worked were small at first and have left none."""

Opened = Callable[[Place], AbstractAsyncContextManager[Running]]
SERVICES: Mapping[str, Opened] = {
    "sales": sales,
    "catalog": catalog,
    "customers": customers,
    "analytics": analytics,
    "auth": auth,
}
Costs = Mapping[tuple[str, str], Carried]
"""(Work, statement) → what it cost."""
Shops = Mapping[int, Mapping[str, str]]
"""Orders → service → the URL of its database."""


@pytest.fixture(scope="session")
def shops(
    pytestconfig: pytest.Config, postgres_admin_url: str, database_of: Callable[[str], WorkerDatabase]
) -> Shops:
    """The databases of a small shop and of a large one, which explain every statement to their clients."""
    run = pytestconfig.stash[SERVERS].run_id
    made: dict[int, dict[str, str]] = {FEW: {}, MANY: {}}
    with psycopg.connect(postgres_admin_url, autocommit=True) as admin:
        for service in ROWS:
            database_of(service)  # makes the template
            for orders, urls in made.items():
                name = f"{run}_{service}_budget_{orders}"
                template = sql.Identifier(f"{run}_{service}_template")
                admin.execute(
                    sql.SQL("create database {} template {}").format(sql.Identifier(name), template)
                )
                urls[service] = with_database(postgres_admin_url, name)
    for orders, urls in made.items():
        fill(urls, past_of(orders), Console(quiet=True))
        for service, url in urls.items():
            with psycopg.connect(url, autocommit=True) as database:
                if service == "sales":
                    add_older_shifts(database, past_of(orders))
                    with database.transaction(force_rollback=True):
                        database.execute(NO_ROOM_LEFT, {"orders": orders})
                if (service, "outbox") in PLAN:
                    database.execute(BACKLOG, {"service": service, "orders": orders})
                    database.execute("vacuum analyze outbox")
            explain_all(postgres_admin_url, url.rpartition("/")[2])
    return made


def past_of(orders: int) -> Past:
    return Past(
        orders=orders,
        products=orders,
        customers=orders,
        until=START,
        days=DAYS,
        registers=DRAWERS,
        shifts=SHIFTS,
        recent=FEW,
    )


async def costs_of(running: Running) -> Costs:
    """What every statement of every work costs, after so many runs that plans are settled.

    Of several runs the cheapest counts: others may have found an index's page full. As long as a transaction
    runs that is older than the warm-up, in any database of the server, PostgreSQL also visits the versions of
    rows that were replaced in it.
    """
    costs: dict[tuple[str, str], Carried] = {}
    for name, work in running.works.items():
        for _ in range(WARM_UP):
            await work()
        await all_ended(running.database)
        for _ in range(RUNS):
            running.heard.clear()
            await work()
            for carried in running.heard:
                known = costs.setdefault((name, carried.statement), carried)
                costs[name, carried.statement] = min(known, carried, key=lambda each: each.blocks)
    return costs


def too_dear(few: Costs, many: Costs, service: str) -> list[str]:
    """The statements that cost more than they may in the large shop, each with its work."""
    return [
        f"{work}: {known.blocks if known else 'no'} → {carried.blocks} blocks,"
        f" scanned {dict(carried.scanned)}: {statement}"
        for (work, statement), carried in many.items()
        for known in [few.get((work, statement))]
        if statement != MEASURE_BACKLOG  # runs now and then beside the works
        and (
            carried.blocks > (known.blocks if known else 0) * GROWTH_MAX + DEEPER_MAX
            or any(
                blocks > SCANNED_MAX and PLAN[service, table] != "bounded"
                for table, blocks in carried.scanned.items()
            )
        )
    ]


def test_the_shops_agree_with_themselves(shops: Shops) -> None:
    """Before the works: they run in one service alone."""
    look = look_at(Suite(shops[FEW], "America/Mexico_City", Queues))
    assert not {rule: rows for rule, rows in look.broken.items() if rows}
    assert not look.differences


@pytest.mark.parametrize("service", SERVICES)
async def test_no_statement_costs_more_in_a_shop_of_ten_times_the_size(
    service: str, shops: Shops, tokens: Tokens, tmp_path: Path
) -> None:
    costs = {}
    for orders, urls in shops.items():
        folder = tmp_path / str(orders)
        folder.mkdir()
        settings = common_settings(urls[service], tokens.write_keys(folder, service))
        async with SERVICES[service](Place(settings, tokens, FakeClock(), past_of(orders))) as running:
            costs[orders] = await costs_of(running)
    assert not too_dear(costs[FEW], costs[MANY], service)


def test_what_the_public_bought_is_read_from_neighbours_and_not_sale_by_sale(shops: Shops) -> None:
    """The customer for whom tills sell to nobody in particular has three sales of ten."""
    which = {"customer_id": PUBLIC, "start": START - timedelta(days=2 * DAYS), "end": START}
    with psycopg.connect(shops[MANY]["analytics"], row_factory=scalar_row) as database:
        of_public = "select count(*) from sale_facts where customer_id = %s"
        sales = database.execute(of_public, (PUBLIC,)).fetchone()
        plan = database.execute(
            f"explain (analyze, buffers, format json) {SELECT_TOP_PRODUCT}".encode(), which
        ).fetchone()
    assert sales
    assert plan
    assert sales > MANY / 5
    touched = plan[0]["Plan"]["Shared Hit Blocks"] + plan[0]["Plan"]["Shared Read Blocks"]
    assert touched < sales / 4
