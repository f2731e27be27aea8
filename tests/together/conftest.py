"""Sales and catalog as they run, on a PostgreSQL of their own whose standby is away."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import psycopg
import pytest
import uvicorn
from psycopg.rows import TupleRow

from libs.common.clock import system_clock
from libs.common.db.migrate import migrate
from libs.common.process.app import ServiceApp
from libs.common.process.serve import KEEP_ALIVE_SECONDS
from libs.servers.postgres import THROWAWAY
from libs.servers.processes import LOOPBACK, free_ports
from libs.servers.temporary import own_postgres
from libs.testing.databases import with_database
from libs.testing.patience import WAIT_SECONDS, patient, patient_calls
from libs.testing.tokens import Tokens
from libs.testing.waiting import eventually
from services.catalog import deps as catalog_deps
from services.catalog import main as catalog_main
from services.catalog.settings import CatalogSettings
from services.catalog.usecases.stock.expiry import settle_lapsed
from services.sales import deps as sales_deps
from services.sales import main as sales_main
from services.sales.clients import catalog as catalog_client
from services.sales.settings import SalesSettings
from services.sales.usecases.orders import releases

NOBODY_ANSWERS = f"{LOOPBACK}:1"
REPLICATES = {"synchronous_commit": "on", "wal_level": "replica", "max_wal_senders": "2"}

# Only the commit of an order waits for the standby, so that the test reaches it, with a key too.
WAIT_FOR_STANDBY = """
create function wait_for_standby() returns trigger language plpgsql as $$
    begin perform set_config('synchronous_commit', 'on', true); return null; end $$;
create trigger waits after insert on orders for each row execute function wait_for_standby()
"""

CANCEL_WAITS = "select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'"


@dataclass(frozen=True)
class Suite:
    """Both services, and the superuser's connection."""

    till: httpx.AsyncClient
    sales: sales_deps.Deps
    catalog: catalog_deps.Deps
    admin: psycopg.Connection[TupleRow]

    async def settle(self) -> None:
        """Run catalog's job as it would run when lease and grace of all allocations have ended."""
        later = timedelta(hours=1)
        await settle_lapsed(
            database=self.catalog.database,
            orders=self.catalog.orders,
            grace=timedelta(0),
            clock=lambda: system_clock() + later,
        )

    def waits_for_standby(self) -> bool:
        """Whether a commit waits."""
        waiting = "select exists (select from pg_stat_activity where wait_event = 'SyncRep')"
        row = self.admin.execute(waiting).fetchone()
        return row == (True,)

    async def bring_standby_back(self) -> None:
        """Let every commit end.

        The setting alone wakes a commit only once the checkpointer has read it, which can take minutes
        while it writes a checkpoint. A cancelled wait ends the commit too: it is done already.
        """
        self.admin.execute("alter system reset synchronous_standby_names")
        self.admin.execute("select pg_reload_conf()")
        await eventually(lambda: self.admin.execute(CANCEL_WAITS).rowcount == 0)


@pytest.fixture
def server_folder() -> Iterator[Path]:
    """The folder of PostgreSQL: not pytest's, which every run that begins closes to other users."""
    with TemporaryDirectory(prefix="mostrador_together_") as folder:
        yield Path(folder) / "postgres"


@pytest.fixture
def database_server(server_folder: Path) -> Iterator[str]:
    """The URL of a PostgreSQL whose databases exist and whose synchronous standby does not."""
    with own_postgres(server_folder, {**THROWAWAY, **REPLICATES}) as url:
        with psycopg.connect(url, autocommit=True) as admin:
            for service in ("sales", "catalog"):
                admin.execute(f"create database {service}")
                admin.execute(f"alter database {service} set synchronous_commit = local")
                migrate(service, with_database(url, service))
        with psycopg.connect(with_database(url, "sales"), autocommit=True) as sales:
            sales.execute(WAIT_FOR_STANDBY)
            sales.execute("alter system set synchronous_standby_names = 'ANY 1 (nobody)'")
            sales.execute("select pg_reload_conf()")
        yield url


@pytest.fixture
def patient_sales(monkeypatch: pytest.MonkeyPatch) -> None:
    """What sales asks of catalog may take its time, also where it is done later by an event otherwise."""
    patient_calls(monkeypatch)
    monkeypatch.setattr(catalog_client, "GIVE_BACK_WITHIN_SECONDS", WAIT_SECONDS)
    monkeypatch.setattr(releases, "AT_ONCE_SECONDS", WAIT_SECONDS)


@pytest.fixture
async def suite(
    database_server: str, tokens: Tokens, tmp_path: Path, patient_sales: None
) -> AsyncIterator[Suite]:
    """Both web processes listen, and each calls the other."""
    sales_port, catalog_port = free_ports(2)
    urls = {
        "sales_url": f"http://{LOOPBACK}:{sales_port}",
        "catalog_url": f"http://{LOOPBACK}:{catalog_port}",
        "customers_url": f"http://{NOBODY_ANSWERS}",
        "auth_url": f"http://{NOBODY_ANSWERS}",
    }

    def settings(service: str) -> dict[str, Any]:
        keys = tokens.write_keys(tmp_path, service)
        return {
            "database_url": with_database(database_server, service),
            "amqp_url": f"amqp://{NOBODY_ANSWERS}/",
            "jwks_url": f"http://{NOBODY_ANSWERS}/jwks.json",
            "service_key_file": keys.private,
            "service_keys_file": keys.public,
            "port": 0,
        }

    sales_settings = SalesSettings(
        **settings("sales"),
        auth_url=urls["auth_url"],
        catalog_url=urls["catalog_url"],
        customers_url=urls["customers_url"],
    )
    catalog_settings = CatalogSettings(**settings("catalog"), sales_url=urls["sales_url"])
    sales = patient(tokens.trusted_by(sales_deps.build_deps(sales_settings)))
    catalog = patient(tokens.trusted_by(catalog_deps.build_deps(catalog_settings)))
    async with (
        listening(catalog_main.create_app(catalog), catalog_port),
        listening(sales_main.create_app(sales), sales_port),
        httpx.AsyncClient(
            base_url=urls["sales_url"], headers=tokens.bearer(role="EMPLOYEE"), timeout=60
        ) as till,
    ):
        with psycopg.connect(database_server, autocommit=True) as admin:
            suite = Suite(till, sales, catalog, admin)
            yield suite
            await suite.bring_standby_back()  # a process that waits for its requests could not end


@asynccontextmanager
async def listening(app: ServiceApp, port: int) -> AsyncIterator[None]:
    """The app answers at the port within the block; like a process it leaves idle connections to clients."""
    config = uvicorn.Config(
        app,
        host=LOOPBACK,
        port=port,
        lifespan="on",
        log_config=None,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
    )
    server = uvicorn.Server(config)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(server.serve())
        await eventually(lambda: server.started)
        yield
        server.should_exit = True
