"""Sales and catalog behind PgBouncer in transaction mode: forty connections share five of the server's."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import psycopg
import pytest

from libs.common.db.database import Database, SettingsLost
from libs.common.errors import Unavailable
from libs.common.http.idempotency_claims import RENEW_SECONDS
from libs.servers import pgbouncer
from libs.servers.pgbouncer import PgbouncerServer, own_pgbouncer
from libs.servers.processes import LOOPBACK, free_ports
from libs.testing.databases import PROCESS_ROLE, WorkerDatabase
from libs.testing.patience import WAIT_SECONDS, patient
from libs.testing.pools import end_left_sessions
from libs.testing.settings import NOBODY, common_settings
from libs.testing.tokens import Tokens
from services.catalog import deps as catalog_deps
from services.catalog import main as catalog_main
from services.catalog.settings import CatalogSettings
from services.sales import deps as sales_deps
from services.sales import main as sales_main
from services.sales.settings import SalesSettings
from services.sales.tests.builders import paid, pay, placed
from tests.together.conftest import listening
from tests.together.goods import enter_products, stock_of

pytestmark = pytest.mark.timeout(300)  # PgBouncer is installed where it is missing

CLIENTS, SERVER_CONNECTIONS = 40, 5
TILLS, ROUNDS = 40, 3
STATEMENTS_KEPT = 100
"""psycopg forgets the statements that it has prepared beyond these."""
PIECES = 1000
SHOPPER = 31
# PgBouncer ends the connection of a statement that has waited for 3 s; at five connections a loaded machine
# takes longer.
PATIENT = {**pgbouncer.SETTINGS, "query_wait_timeout": f"{WAIT_SECONDS:.0f}"}
OF_POOLER = {"application_name", "client_encoding", "DateStyle", "IntervalStyle", "TimeZone"}
"""The settings that PgBouncer gives to a session for each client."""

COUNT_SESSIONS = """
    select count(*) from pg_stat_activity where datname = current_database() and usename = %(role)s
"""
LEFT_BEHIND = """
    select 'advisory lock' from pg_locks join pg_database on pg_database.oid = database
    where locktype = 'advisory' and datname = current_database()
    union all select 'temporary ' || relname from pg_class where relpersistence = 't'
"""
SELECT_CHANGED = "select name from pg_settings where source = 'session'"


@dataclass(frozen=True)
class Shop:
    """Both services as they run, and the superuser's connections beside the pooler."""

    till: httpx.AsyncClient
    sales: sales_deps.Deps
    catalog: catalog_deps.Deps
    databases: dict[str, WorkerDatabase]
    prepares: bool

    @contextmanager
    def locked_order(self, order_id: int) -> Iterator[None]:
        """Another transaction has the order within the block."""
        with psycopg.connect(self.databases["sales"].url) as other:
            other.execute("select from orders where id = %s for update", (order_id,))
            yield

    def left_behind(self) -> list[Any]:
        """Locks and tables of sessions that are in use or idle."""
        found = []
        for database in self.databases.values():
            with psycopg.connect(database.url) as beside:
                found += beside.execute(LEFT_BEHIND).fetchall()
        return found


@pytest.fixture(scope="module")
def pooler(database_of: Callable[[str], WorkerDatabase]) -> Iterator[PgbouncerServer]:
    """The pooler of both databases, in which statements may wait for as long as everything else here."""
    urls = {service: database_of(service).process_url for service in ("sales", "catalog")}
    end_left_sessions()
    with (
        TemporaryDirectory(prefix="mostrador_pooled_") as folder,
        own_pgbouncer(Path(folder), urls, SERVER_CONNECTIONS, PATIENT) as pooler,
    ):
        yield pooler


@pytest.fixture
async def shop(
    pooler: PgbouncerServer,
    database_of: Callable[[str], WorkerDatabase],
    tokens: Tokens,
    tmp_path: Path,
    patient_sales: None,
) -> AsyncIterator[Shop]:
    """The shop, with 1,000 pieces of product 1; afterwards the server's sessions are as they were.

    It prepares statements if the installed PgBouncer knows them.
    """
    prepares = pgbouncer.prepares()
    sales_port, catalog_port = free_ports(2)
    addresses = {
        "auth_url": NOBODY,
        "customers_url": NOBODY,
        "catalog_url": f"http://{LOOPBACK}:{catalog_port}",
        "sales_url": f"http://{LOOPBACK}:{sales_port}",
    }

    def settings(service: str) -> dict[str, Any]:
        database_of(service).empty()
        return {
            **common_settings(pooler.url(service), tokens.write_keys(tmp_path, service)),
            **addresses,
            "database_pool_size": CLIENTS,
            "database_prepares": prepares,
        }

    sales = patient(tokens.trusted_by(sales_deps.build_deps(SalesSettings(**settings("sales")))))
    catalog = patient(tokens.trusted_by(catalog_deps.build_deps(CatalogSettings(**settings("catalog")))))
    databases = {service: database_of(service) for service in ("sales", "catalog")}
    async with (
        listening(catalog_main.create_app(catalog), catalog_port),
        listening(sales_main.create_app(sales), sales_port),
        httpx.AsyncClient(
            base_url=addresses["sales_url"], headers=tokens.bearer(role="EMPLOYEE", user_id=7), timeout=60
        ) as till,
    ):
        await enter_products(catalog.database, pieces=PIECES)
        shop = Shop(till, sales, catalog, databases, prepares)
        yield shop
        assert shop.left_behind() == []
        for database in (sales.database, catalog.database):
            assert await changed_settings(database) <= OF_POOLER


async def changed_settings(database: Database) -> set[str]:
    """The settings that differ in any of the server's connections from those of a new one."""
    together = asyncio.Barrier(SERVER_CONNECTIONS)

    async def of_one() -> list[Any]:
        async with database.transaction() as tx:
            await tx.execute("select 1")
            await together.wait()
            return await tx.fetch_values(SELECT_CHANGED)

    found = await asyncio.gather(*(of_one() for _ in range(SERVER_CONNECTIONS)))
    return {name for names in found for name in names}


async def test_forty_tills_sell_over_five_connections(shop: Shop) -> None:
    for _ in range(ROUNDS):
        await asyncio.gather(*(paid(shop.till, "CASH", (1, 1)) for _ in range(TILLS)))
    assert await stock_of(shop.catalog.database) == [PIECES - ROUNDS * TILLS]
    assert shop.sales.database.pool.get_stats()["pool_size"] > SERVER_CONNECTIONS
    for database in shop.databases.values():
        with psycopg.connect(database.url) as beside:
            (sessions,) = beside.execute(COUNT_SESSIONS, {"role": PROCESS_ROLE}).fetchone() or (0,)
        assert 0 < sessions <= SERVER_CONNECTIONS


async def test_of_two_at_once_one_gets_the_last_piece(shop: Shop, tokens: Tokens) -> None:
    products = range(2, 14)
    await shop.catalog.database.execute("delete from products")
    await enter_products(shop.catalog.database, len(products), pieces=1)
    shopper = tokens.bearer(role="USER", user_id=SHOPPER, username="johndoe")

    def sell(path: str, product: int, **how: Any) -> Any:
        body = {"user_id": SHOPPER, "items": [{"product_id": product, "quantity": 1}]}
        return shop.till.post(path, json=body, **how)

    answers = await asyncio.gather(
        *(sell("/api/orders/", product) for product in products),
        *(sell("/sales/orders", product, headers=shopper) for product in products),
    )
    for till, web in zip(answers[: len(products)], answers[len(products) :], strict=True):
        assert sorted((till.status_code, web.status_code)) == [201, 400]
    assert set(await stock_of(shop.catalog.database)) == {0}


async def test_statements_and_locks_end_in_time_and_a_key_is_held_meanwhile(shop: Shop) -> None:
    order = await placed(shop.till, (1, 1))
    key = {"Idempotency-Key": "payment-1"}
    with shop.locked_order(order["id"]):
        answer, error, claims = await asyncio.gather(
            pay(shop.till, order["id"], headers=key),
            asleep(shop.sales.database),
            claims_of(shop.sales.database),
            return_exceptions=True,
        )
    assert isinstance(answer, httpx.Response)
    assert answer.status_code == 503
    assert isinstance(error, Unavailable)
    assert isinstance(error.__cause__, psycopg.errors.QueryCanceled)
    assert isinstance(claims, set)
    assert len(claims) >= 2, "the claim is not renewed"
    assert (await pay(shop.till, order["id"], headers=key)).status_code == 200


async def asleep(database: Database) -> None:
    await database.execute("select pg_sleep(20)")


async def claims_of(database: Database) -> set[Any]:
    """The ends of the claim of the only key, in the seconds in which its request waits."""
    found = set()
    for _ in range(6):
        await asyncio.sleep(RENEW_SECONDS)
        found.add(await database.fetch_value("select max(locked_until) from idempotency_keys"))
    return found


async def test_what_a_connection_prepares_is_found_and_forgotten_on_every_other(shop: Shop) -> None:
    statements = [
        f"select {number} + count(*) from orders".encode() for number in range(STATEMENTS_KEPT + 20)
    ]
    for _ in range(2):
        async with shop.sales.database.connection() as sql_of_one:
            for number, statement in enumerate(statements):
                for _ in range(6):
                    assert await sql_of_one.fetch_value(statement) == number
                with pytest.raises(ZeroDivisionError):
                    async with sql_of_one.connection.transaction():
                        await sql_of_one.fetch_value(statement)
                        raise ZeroDivisionError
    async with shop.sales.database.transaction() as tx:
        for _ in range(6):
            await tx.fetch_value(statements[0])
        prepared = await tx.fetch_value("select count(*) from pg_prepared_statements")
    assert prepared or not shop.prepares


async def test_a_process_whose_role_lacks_the_limits_is_not_ready(
    database_of: Callable[[str], WorkerDatabase],
) -> None:
    database = database_of("sales")
    role = "mostrador_unlimited"
    with psycopg.connect(database.url, autocommit=True) as admin:
        admin.execute(f"create role {role} login password '{role}'")
        try:
            url = database.process_url.replace(f"{PROCESS_ROLE}:{PROCESS_ROLE}", f"{role}:{role}")
            with (
                TemporaryDirectory(prefix="mostrador_pooled_") as folder,
                own_pgbouncer(Path(folder), {"sales": url}, SERVER_CONNECTIONS) as pooler,
            ):
                assert await reason_not_ready(url) is None
                reason = await reason_not_ready(pooler.url("sales"))
        finally:
            admin.execute(f"drop role {role}")
    assert isinstance(reason, SettingsLost)
    assert "statement_timeout is 0, not 5s" in str(reason)


async def reason_not_ready(url: str) -> BaseException | None:
    database = Database(url, prepares=False)
    await database.open()
    try:
        await database.ping()
    except Unavailable as unavailable:
        return unavailable.__cause__
    finally:
        await database.close()
    return None
