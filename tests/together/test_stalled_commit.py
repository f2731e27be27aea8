"""A commit that no timeout ends: the synchronous standby is away while an order is committed."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import TupleRow

from libs.testing.databases import WorkerDatabase
from libs.testing.waiting import eventually
from tests.together.conftest import Suite, databases_at_own_server
from tests.together.goods import enter_products

pytestmark = pytest.mark.timeout(240)  # the first starts a PostgreSQL of its own

ALL_PIECES = {"items": [{"product_id": 1, "quantity": 10}]}

BOOKS = "select status, current_stock, short_since from allocations, products"

# Only the commit of an order waits for the standby, so that the test reaches it, with a key too.
WAIT_FOR_STANDBY = """
create function wait_for_standby() returns trigger language plpgsql as $$
    begin perform set_config('synchronous_commit', 'on', true); return null; end $$;
create trigger waits after insert on orders for each row execute function wait_for_standby()
"""

CANCEL_WAITS = "select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'"


@dataclass(frozen=True)
class Standby:
    """The synchronous standby, which is away until it is brought back, as the superuser sees it."""

    admin: Connection[TupleRow]

    def is_waited_for(self) -> bool:
        """Whether a commit waits."""
        waiting = "select exists (select from pg_stat_activity where wait_event = 'SyncRep')"
        return self.admin.execute(waiting).fetchone() == (True,)

    async def come_back(self) -> None:
        """Let every commit end.

        The setting alone wakes a commit only once the checkpointer has read it, which can take minutes
        while it writes a checkpoint. A cancelled wait ends the commit too: it is done already.
        """
        self.admin.execute("alter system reset synchronous_standby_names")
        self.admin.execute("select pg_reload_conf()")
        await eventually(lambda: self.admin.execute(CANCEL_WAITS).rowcount == 0)


@pytest.fixture(scope="module")
def server() -> Iterator[Mapping[str, str]]:
    """Databases at a PostgreSQL that can have a standby.

    Its folder is not pytest's, which every run that begins closes to other users.
    """
    replicates = {"synchronous_commit": "on", "wal_level": "replica", "max_wal_senders": "2"}
    with (
        TemporaryDirectory(prefix="mostrador_together_") as folder,
        databases_at_own_server(Path(folder) / "postgres", **replicates) as urls,
    ):
        for service, url in urls.items():
            with psycopg.connect(url, autocommit=True) as admin:
                admin.execute(f"alter database {service} set synchronous_commit = local")
        with psycopg.connect(urls["sales"], autocommit=True) as sales:
            sales.execute(WAIT_FOR_STANDBY)
        yield urls


@pytest.fixture
def database_urls(server: Mapping[str, str]) -> Mapping[str, str]:
    """They are empty, and the standby is away."""
    for url in server.values():
        database = WorkerDatabase(url, str(conninfo_to_dict(url)["dbname"]))
        database.empty()
        database.close()
    with psycopg.connect(server["sales"], autocommit=True) as admin:
        admin.execute("alter system set synchronous_standby_names = 'ANY 1 (nobody)'")
        admin.execute("select pg_reload_conf()")
    return server


@pytest.fixture
async def standby(suite: Suite, server: Mapping[str, str]) -> AsyncIterator[Standby]:
    """The standby is back before the processes end: one that waits for its requests could not."""
    with psycopg.connect(server["sales"], autocommit=True) as admin:
        standby = Standby(admin)
        yield standby
        await standby.come_back()


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "sale-1"}], ids=["no key", "a key"])
async def test_stock_stays_held_while_its_order_is_being_committed(
    suite: Suite, standby: Standby, headers: dict[str, str]
) -> None:
    catalog, sales = suite.catalog.database, suite.sales.database
    await enter_products(catalog, pieces=10)
    async with asyncio.TaskGroup() as tasks:
        sale = tasks.create_task(suite.till.post("/api/orders/", json=ALL_PIECES, headers=headers))
        await eventually(standby.is_waited_for)
        await suite.settle()
        assert await catalog.fetch_dicts(BOOKS) == [
            {"status": "HELD", "current_stock": 0, "short_since": None}
        ]
        oversold = await suite.till.post("/api/orders/", json=ALL_PIECES)
        assert oversold.status_code == 400
        await standby.come_back()
    assert sale.result().status_code == 201
    await suite.settle()
    assert await catalog.fetch_dicts(BOOKS) == [
        {"status": "CONFIRMED", "current_stock": 0, "short_since": None}
    ]
    assert await sales.fetch_value("select count(*) from orders") == 1
