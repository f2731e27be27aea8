"""Sales and catalog as they run, each calling the other over HTTP."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
import uvicorn

from libs.common.clock import system_clock
from libs.common.db.migrate import migrate
from libs.common.process.app import ServiceApp
from libs.common.process.serve import KEEP_ALIVE_SECONDS
from libs.servers.postgres import THROWAWAY
from libs.servers.processes import LOOPBACK, free_ports
from libs.servers.temporary import own_postgres
from libs.testing.databases import WorkerDatabase, with_database
from libs.testing.patience import WAIT_SECONDS, patient, patient_calls
from libs.testing.settings import NOBODY, common_settings
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

TOGETHER = ("sales", "catalog")


@dataclass(frozen=True)
class Suite:
    """Both services."""

    till: httpx.AsyncClient
    sales: sales_deps.Deps
    catalog: catalog_deps.Deps

    async def settle(self) -> None:
        """Run catalog's job as it would run when lease and grace of all allocations have ended."""
        later = timedelta(hours=1)
        await settle_lapsed(
            database=self.catalog.database,
            orders=self.catalog.orders,
            grace=timedelta(0),
            clock=lambda: system_clock() + later,
        )


@pytest.fixture
def database_urls(database_of: Callable[[str], WorkerDatabase]) -> Mapping[str, str]:
    """The URLs of both databases, which are empty, at the PostgreSQL of the run."""
    databases = {service: database_of(service) for service in TOGETHER}
    for database in databases.values():
        database.empty()
    return {service: database.process_url for service, database in databases.items()}


@contextmanager
def databases_at_own_server(folder: Path, **settings: str) -> Iterator[Mapping[str, str]]:
    """The URLs of both databases, as a superuser, at a PostgreSQL of their own with these settings."""
    with own_postgres(folder, {**THROWAWAY, **settings}) as url:
        urls = {service: with_database(url, service) for service in TOGETHER}
        with psycopg.connect(url, autocommit=True) as admin:
            for service in TOGETHER:
                admin.execute(f"create database {service}")
                migrate(service, urls[service])
        yield urls


@pytest.fixture
def patient_sales(monkeypatch: pytest.MonkeyPatch) -> None:
    """What sales asks of catalog may take its time, also where it is done later by an event otherwise."""
    patient_calls(monkeypatch)
    monkeypatch.setattr(catalog_client, "GIVE_BACK_WITHIN_SECONDS", WAIT_SECONDS)
    monkeypatch.setattr(releases, "AT_ONCE_SECONDS", WAIT_SECONDS)


@pytest.fixture
async def suite(
    database_urls: Mapping[str, str], tokens: Tokens, tmp_path: Path, patient_sales: None
) -> AsyncIterator[Suite]:
    """Both web processes listen, and each calls the other."""
    sales_port, catalog_port = free_ports(2)
    urls = {
        "sales_url": f"http://{LOOPBACK}:{sales_port}",
        "catalog_url": f"http://{LOOPBACK}:{catalog_port}",
    }

    def settings(service: str) -> dict[str, Any]:
        return common_settings(database_urls[service], tokens.write_keys(tmp_path, service))

    sales_settings = SalesSettings(
        **settings("sales"), auth_url=NOBODY, catalog_url=urls["catalog_url"], customers_url=NOBODY
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
        yield Suite(till, sales, catalog)


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
