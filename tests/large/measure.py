"""Measures lists and the change feed of products with few rows and with many. Run it by hand:

    python -m tests.large.measure [--products 200000] [--orders 1000000]

It starts a PostgreSQL of its own, fills it (minutes) and prints the fastest and the median time of each read
in milliseconds, with 1,000 rows and with all of them. A read is the use case: its statements and their rows.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from psycopg import sql

from libs.common.db.database import Database
from libs.common.db.listing import ChangesQuery, ListQuery, Position
from libs.common.db.migrate import migrate
from libs.common.db.pages import Page
from libs.common.store_calendar import Moment
from libs.servers.temporary import temporary_postgres
from libs.testing.databases import with_database
from services.catalog.usecases.products.reading import list_product_changes, list_products
from services.catalog.usecases.products.storefront import StoreFilters, list_store_products
from services.sales.domain.invoices import OVERDUE, SHOWN_STATUSES
from services.sales.domain.lifecycles import ReturnStatus, WebStatus
from services.sales.usecases.carts.reading import list_carts
from services.sales.usecases.invoices.reading import list_invoices
from services.sales.usecases.orders.reading import OrderFilter, list_orders
from services.sales.usecases.orders.storefront import list_web_orders
from services.sales.usecases.returns.reading import list_returns
from services.sales.usecases.web_lists import WebFilter
from tests.large.rows import fill

FEW = 1_000
ROUNDS = 15
FEED_PAGES = 20
MIDDLE_OF_DUE_DATES = "select min(due_date) + (max(due_date) - min(due_date)) / 2 from invoices"
STORE = ZoneInfo("America/Mexico_City")
NOW = Moment(datetime(2026, 3, 2, 18, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC).date())


def tell(line: str) -> None:
    """Write a line of the result."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


Read = Callable[[Database, ListQuery], Awaitable[Page[Any]]]

PRODUCT_QUERIES: Mapping[str, ListQuery] = {
    "first page": ListQuery(limit=50),
    **{
        f"ordering={'-' * down}{field}": ListQuery(limit=50, ordering=((field, down),))
        for field in ("name", "sku", "price", "created_at")
        for down in (False, True)
    },
    "search=000123": ListQuery(limit=50, search="000123"),
    "search=pinata 000123": ListQuery(limit=50, search="pinata 000123"),
    "search=pinata": ListQuery(limit=50, search="pinata"),
    "count=exact": ListQuery(limit=50, count="exact"),
    "offset=half": ListQuery(limit=50, offset=-1),
    "next, at half": ListQuery(limit=50, after=()),
}
ORDER_FILTERS: Mapping[str, OrderFilter] = {
    "first page": OrderFilter("POS"),
    "status=CANCELLED": OrderFilter("POS", status="CANCELLED"),
    "payment_method=CASH": OrderFilter("POS", payment_method="CASH"),
    "payment_method=POINTS": OrderFilter("POS", payment_method="POINTS"),
    "customer=207": OrderFilter("POS", customer_id=207),
}


STORE_FILTERS: Mapping[str, StoreFilters] = {
    "min_price=100, max_price=101": StoreFilters(min_price=Decimal(100), max_price=Decimal(101)),
    "the same, category=grooming": StoreFilters(
        min_price=Decimal(100), max_price=Decimal(101), category="grooming"
    ),
    "min_price=100, max_price=500": StoreFilters(min_price=Decimal(100), max_price=Decimal(500)),
    "min_price=100": StoreFilters(min_price=Decimal(100)),
    "min_price=5000": StoreFilters(min_price=Decimal(5000)),
    "max_price=0.50": StoreFilters(max_price=Decimal("0.50")),
    "no filter": StoreFilters(),
}


async def products(database: Database, query: ListQuery) -> Page[Any]:
    return await list_products(query, database=database, now=NOW)


def store_products(filters: StoreFilters) -> Read:
    async def read(database: Database, query: ListQuery) -> Page[Any]:
        return await list_store_products(query, filters, database=database, now=NOW)

    return read


def orders(wanted: OrderFilter) -> Read:
    async def read(database: Database, query: ListQuery) -> Page[Any]:
        return await list_orders(query, wanted=wanted, timezone=STORE, database=database)

    return read


def web_orders(wanted: WebFilter) -> Read:
    async def read(database: Database, query: ListQuery) -> Page[Any]:
        return await list_web_orders(query, wanted=wanted, database=database)

    return read


def invoices(wanted: WebFilter) -> Read:
    half_is_due: dict[Database, datetime] = {}

    async def read(database: Database, query: ListQuery) -> Page[Any]:
        if database not in half_is_due:
            half_is_due[database] = await database.fetch_value(MIDDLE_OF_DUE_DATES)
        return await list_invoices(query, wanted=wanted, now=half_is_due[database], database=database)

    return read


def returns(wanted: WebFilter) -> Read:
    async def read(database: Database, query: ListQuery) -> Page[Any]:
        return await list_returns(query, wanted=wanted, database=database)

    return read


async def carts(database: Database, query: ListQuery) -> Page[Any]:
    return await list_carts(query, database=database)


def of_the_web_shop() -> Mapping[str, tuple[Read, ListQuery]]:
    """The lists of orders, invoices, returns and carts: filtered or not, and deep ones."""
    page, deep = ListQuery(limit=50), ListQuery(limit=50, after=())
    every: Mapping[str, Read] = {
        "web orders": web_orders(WebFilter()),
        **{f"web orders, {status}": web_orders(WebFilter(status=status)) for status in WebStatus},
        "web orders, user_id=8": web_orders(WebFilter(user_id=8)),
        "invoices": invoices(WebFilter()),
        **{f"invoices, {status}": invoices(WebFilter(status=status)) for status in SHOWN_STATUSES},
        "invoices, user_id=8, overdue": invoices(WebFilter(user_id=8, status=OVERDUE)),
        "returns": returns(WebFilter()),
        **{f"returns, {status}": returns(WebFilter(status=status)) for status in ReturnStatus},
        "returns, user_id=8": returns(WebFilter(user_id=8)),
        "carts": carts,
    }
    broad = ("web orders", "web orders, delivered", "invoices", "invoices, paid", "returns", "carts")
    return {name: (read, page) for name, read in every.items()} | {
        f"{name}: next, at half": (every[name], deep) for name in broad
    }


async def milliseconds(database: Database, read: Read, query: ListQuery, half: int) -> str:
    if query.offset < 0:
        query = ListQuery(limit=50, offset=half)
    elif query.after == ():
        middle = await read(database, ListQuery(limit=1, offset=half))
        query = ListQuery(limit=50, after=middle.last)
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        await read(database, query)
        times.append((time.perf_counter() - begun) * 1000)
    return f"{min(times):.1f} / {statistics.median(times):.1f}"


async def feed_seconds(database: Database) -> float:
    begun, after = time.perf_counter(), None
    for _ in range(FEED_PAGES):
        after = (await next_page(database, after)).next
    return time.perf_counter() - begun


async def next_page(database: Database, after: Position | None) -> Any:
    return await list_product_changes(ChangesQuery(after=after), database=database, now=NOW)


def filled(admin: str, service: str, rows: int) -> str:
    name = f"large_{service}_{rows}"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    url = with_database(admin, name)
    migrate(service, url)
    fill(url, service, rows=rows)
    return url


async def measure(admin: str, service: str, many: int, reads: Mapping[str, tuple[Read, ListQuery]]) -> None:
    sizes = (FEW, many)
    databases = {rows: Database(filled(admin, service, rows), size=2) for rows in sizes}
    for database in databases.values():
        await database.open()
    tell(f"| {service} | {FEW:,} | {many:,} |\n|---|---|---|")
    for name, (read, query) in reads.items():
        cells = [await milliseconds(databases[rows], read, query, rows // 2) for rows in sizes]
        tell(f"| {name} | {' | '.join(cells)} |")
    if service == "catalog":
        tell(f"{FEED_PAGES} pages of the feed: {await feed_seconds(databases[many]):.2f} s")
    for database in databases.values():
        await database.close()


async def main(admin: str) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--products", type=int, default=200_000)
    parser.add_argument("--orders", type=int, default=1_000_000)
    told = parser.parse_args()
    of_orders: dict[str, tuple[Read, ListQuery]] = {
        name: (orders(wanted), ListQuery(limit=50)) for name, wanted in ORDER_FILTERS.items()
    }
    every = orders(OrderFilter("POS"))
    of_orders["search=9E3779"] = (every, ListQuery(limit=50, search="9E3779"))
    of_orders["search=9E37"] = (every, ListQuery(limit=50, search="9E37"))
    of_orders["offset=half"] = (every, ListQuery(limit=50, offset=-1))
    of_orders["next, at half"] = (every, ListQuery(limit=50, after=()))
    of_products: dict[str, tuple[Read, ListQuery]] = {
        name: (products, query) for name, query in PRODUCT_QUERIES.items()
    }
    of_products |= {
        f"web shop, {name}": (store_products(filters), ListQuery(limit=50))
        for name, filters in STORE_FILTERS.items()
    }
    await measure(admin, "catalog", told.products, of_products)
    await measure(admin, "sales", told.orders, {**of_orders, **of_the_web_shop()})


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as own:
        Path(own).chmod(0o755)
        with temporary_postgres(Path(own), "large_", tell) as url:
            asyncio.run(main(url))
