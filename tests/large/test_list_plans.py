"""Every page of every list is read by indexes: it reads few rows of a large shop's, wherever it begins."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import Any, LiteralString
from zoneinfo import ZoneInfo

import pytest
from psycopg import sql

from libs.common.db.database import Database, Sql
from libs.common.db.keyset import position_of
from libs.common.db.listing import ListQuery, Position
from libs.common.db.pages import Listing
from services.analytics.usecases.products.finding import find_product
from services.analytics.usecases.reports.dead_inventory import DEAD_INVENTORY_LIST, UNSOLD
from services.analytics.usecases.reports.low_stock import BELOW_ITS_OWN, BELOW_ONE, LOW_STOCK_LIST
from services.catalog.usecases.products.storefront import (
    STORE_FILTERS,
    STORE_LIST_BY_PRICE,
    STORE_LIST_FILTERED,
    kinds_by_price,
)
from services.sales.domain.folios import Folio
from services.sales.domain.invoices import SHOWN_STATUSES
from services.sales.domain.lifecycles import ReturnStatus, WebStatus
from services.sales.usecases.invoices.reading import INVOICE_LIST, IS_LIVE, OF_STATUS
from services.sales.usecases.layaways.reading import LAYAWAY_LIST, LayawayFilter
from services.sales.usecases.layaways.reading import conditions_of as conditions_of_layaways
from services.sales.usecases.orders.reading import ORDER_LIST, OrderFilter, conditions_of
from services.sales.usecases.orders.storefront import IS_LIVE_ON_WEB, WEB_ORDER_LIST
from services.sales.usecases.returns.reading import RETURN_LIST
from services.sales.usecases.till_returns.reading import IS_DONE, TILL_RETURN_LIST, TillReturnFilter
from services.sales.usecases.till_returns.reading import conditions_of as conditions_of_till_returns
from services.sales.usecases.web_lists import WebFilter
from services.sales.usecases.web_lists import conditions_of as conditions_of_web
from tests.architecture.listings import LISTINGS
from tests.large.conftest import LargeDatabase
from tests.large.rows import ROWS, SOLD

pytestmark = pytest.mark.timeout(240)  # the first test of a service fills its database

PAGE = 50
FEW = 1_000
"""More than the rows of a page, what belongs to them, and the rows that share a word's letters."""

# What each page of a list asks for; a list that is not named has no such conditions.
CONDITIONS: Mapping[str, LiteralString] = {
    "PRODUCT_LIST": "product.deleted_at is null",
    "STORE_LIST": "product.deleted_at is null and product.is_active",
    "STORE_LIST_FILTERED": "product.deleted_at is null and product.is_active",
    "STORE_LIST_BY_PRICE": "product.deleted_at is null and product.is_active",
    "STOCK_HISTORY": "entry.product_id = 7",
    "CUSTOMER_LIST": "deleted_at is null",
    "POINTS_LIST": "customer_id = 7",
    "CREDIT_LIST": "customer_id = 7",
    "ACCOUNT_LIST": "is_active",
    "SESSION_LIST": "user_id = 7 and revoked_at is null and expires_at > '2025-03-01'",
    "AUDIT_LIST": "event.user_id = 7",
    "ORDER_LIST": "channel = 'POS'",
    "ORDERS_OF_CUSTOMER": "channel = 'POS' and customer_id = 207",
    "WEB_ORDER_LIST": IS_LIVE_ON_WEB,
    "INVOICE_LIST": IS_LIVE,
    "HELD_LIST": "errors is not null and status = 'HELD'",
    "RETURN_LIST": IS_LIVE,
    "MOVEMENT_LIST": "shift_id = 7",
    "TILL_RETURN_LIST": IS_DONE,
    "LOW_STOCK_LIST": BELOW_ITS_OWN,
    "DEAD_INVENTORY_LIST": UNSOLD,
}
PARAMS = {
    "today": "2026-03-02",
    "now": "2026-03-02T18:00:00Z",
    "since": "2026-01-31",
    "threshold": 400,
    "days_ahead": 8,
}

ALWAYS_IN_ONE_ORDER = {"LOW_STOCK_LIST"}

READ_ROWS = """
select sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) from pg_stat_xact_user_tables
where schemaname = 'public'
"""

EXPLAIN_BLOCKS = b"explain (analyze, buffers, format json) "
FEW_BLOCKS = 120
"""Those of the rarest parts of a code; with what nearly every row has there are hundreds."""

ORDERS = {
    "all": OrderFilter("POS"),
    "paid": OrderFilter("POS", status="PAID"),
    "open": OrderFilter("POS", status="PENDING"),
    "cancelled": OrderFilter("POS", status="CANCELLED"),
    "of a customer": OrderFilter("POS", customer_id=207),
    "paid in cash": OrderFilter("POS", payment_method="CASH"),
    "paid by points": OrderFilter("POS", payment_method="POINTS"),
    "paid by credit, as none is": OrderFilter("POS", payment_method="CREDIT"),
    "of a day": OrderFilter("POS", date_from=date(2024, 2, 1), date_to=date(2024, 2, 1)),
    "before all": OrderFilter("POS", date_to=date(2023, 1, 1)),
    "paid by points since": OrderFilter("POS", payment_method="POINTS", date_from=date(2024, 2, 1)),
}

TILL_RETURNS = {
    "all": TillReturnFilter(),
    "of an order": TillReturnFilter(order_id=21),
    "of a customer": TillReturnFilter(customer_id=207),
    "in cash": TillReturnFilter(payment_method="CASH"),
    "in several ways": TillReturnFilter(payment_method="MIXED"),
    "of a ticket": TillReturnFilter(folio=Folio.of("9E3779B1")),
    "of a day": TillReturnFilter(date_from=date(2024, 2, 1), date_to=date(2024, 2, 1)),
}

MIDDLE = datetime(2024, 1, 1, tzinfo=UTC) + ROWS // 2 * timedelta(seconds=30)
# The invoice in the middle is due just now: of those never paid the older half is overdue.
NOW = MIDDLE + timedelta(days=30)
USER = 8

LAYAWAYS = {
    "all": LayawayFilter(),
    "open": LayawayFilter("OPEN"),
    "paid": LayawayFilter("PAID"),
    "of a customer": LayawayFilter(customer_id=7),
    "overdue": LayawayFilter(is_overdue=True),
    "not overdue": LayawayFilter(is_overdue=False),
}

WebList = tuple[Listing[Any], LiteralString, Mapping[str, LiteralString] | None]
WEB_LISTS: Mapping[str, tuple[WebList, Sequence[str]]] = {
    "orders": ((WEB_ORDER_LIST, IS_LIVE_ON_WEB, None), tuple(WebStatus)),
    "invoices": ((INVOICE_LIST, IS_LIVE, OF_STATUS), SHOWN_STATUSES),
    "returns": ((RETURN_LIST, IS_LIVE, None), tuple(ReturnStatus)),
}
WEB_PAGES = {
    f"{name}, {user or 'all'}, {status or 'any'}": (web_list, WebFilter(user, status))
    for name, (web_list, statuses) in WEB_LISTS.items()
    for user, status in product((None, USER), (None, *statuses))
}


@dataclass(frozen=True, slots=True)
class Read:
    """The rows on a page, where it ends, and how many rows of the tables were read for it."""

    rows: Sequence[Any]
    last: Position
    read: int


@pytest.fixture
async def database(service: str, large_database: LargeDatabase) -> AsyncIterator[Database]:
    database = Database(large_database(service))
    await database.open()
    yield database
    await database.close()


async def read(
    database: Database,
    listing: Listing[Any],
    conditions: Sequence[sql.Composable],
    query: ListQuery,
    params: Mapping[str, Any] = PARAMS,
    kinds: Sequence[sql.Composable] = (),
) -> Read:
    """Read a page as the list does, if not a search by a statement that was planned without its values."""
    page = listing.page(query, conditions, params, kinds=kinds)
    prepare = not (query.search or listing.planned_anew)
    async with database.connection() as connection, connection.connection.transaction(force_rollback=True):
        if prepare:
            await connection.execute("set local plan_cache_mode = force_generic_plan")
        await connection.execute("set local max_parallel_workers_per_gather = 0")
        before = await rows_read(connection)
        rows = await connection.fetch_all(listing.row, page.rows, page.params, prepare=prepare)
        read = await rows_read(connection) - before
    return Read(rows, position_of(rows[-1], page.keys) if rows else (), read)


async def counted(
    database: Database,
    listing: Listing[Any],
    conditions: Sequence[sql.Composable],
    query: ListQuery,
    params: Mapping[str, Any],
    kinds: Sequence[sql.Composable],
) -> int:
    """How many rows of the tables are read to count the list's."""
    page = listing.page(query, conditions, params, kinds=kinds)
    async with database.connection() as connection, connection.connection.transaction(force_rollback=True):
        before = await rows_read(connection)
        await connection.fetch_value(page.counts.some, page.params, prepare=False)
        return await rows_read(connection) - before


async def rows_read(connection: Sql) -> int:
    return int(await connection.fetch_value(READ_ROWS))


_middles: dict[str, Sequence[Any]] = {}


async def middle_of(database: Database, name: str, listing: Listing[Any]) -> Sequence[Any]:
    """Some rows in the middle of the list, one of them with nulls; none if the list is shorter."""
    if name not in _middles:
        query = ListQuery(limit=3, offset=ROWS // 2)
        _middles[name] = (await read(database, listing, condition_of(name), query)).rows
    return _middles[name]


def name_of(value: object) -> str:
    return value if isinstance(value, str) else ""


def condition_of(name: str) -> list[sql.Composable]:
    return [sql.SQL(CONDITIONS.get(name, "true"))]


ORDERED = [
    pytest.param(service, name, listing, (field, descending), id=f"{name}-{'-' * descending}{field}")
    for (service, name), listing in LISTINGS
    for field, descending in product(listing.columns, (False, True))
    if name not in ALWAYS_IN_ONE_ORDER
]
SEARCHED = [(*key, listing) for key, listing in LISTINGS if listing.searched]


@pytest.mark.parametrize(("service", "name", "listing", "order"), ORDERED)
async def test_a_page_in_any_order_reads_few_rows_wherever_it_begins(
    database: Database, name: str, listing: Listing[Any], order: tuple[str, bool]
) -> None:
    query = ListQuery(limit=PAGE, ordering=(order,))
    assert (await read(database, listing, condition_of(name), query)).read < FEW
    keys = listing.page(query, [], PARAMS).keys
    for row in await middle_of(database, name, listing):
        deep = replace(query, after=position_of(row, keys))
        assert (await read(database, listing, condition_of(name), deep)).read < FEW


@pytest.mark.parametrize(("service", "name", "listing"), SEARCHED, ids=name_of)
@pytest.mark.parametrize("text", ["012345", "nandu 000", "x-no-such-word"])
async def test_a_search_with_a_rare_word_reads_few_rows(
    database: Database, name: str, listing: Listing[Any], text: str
) -> None:
    for ordering in ((), *(((field, True),) for field in listing.texts)):
        query = ListQuery(limit=PAGE, search=text, ordering=ordering)
        if (await read(database, listing, condition_of(name), query)).read >= 2 * FEW:
            # One sample in 2,000 has the very row in its histogram, so that the text seems frequent.
            await database.execute("analyze")
        assert (await read(database, listing, condition_of(name), query)).read < 2 * FEW


@pytest.mark.parametrize(
    ("service", "name", "text"),
    [
        ("catalog", "PRODUCT_LIST", "SKU-123456"),
        ("customers", "CUSTOMER_LIST", "5500123456"),
        ("customers", "CUSTOMER_LIST", "+52 55 0012 3456"),
    ],
)
async def test_a_search_for_a_code_does_not_look_up_what_all_codes_begin_with(
    database: Database, service: str, name: str, text: str
) -> None:
    listing = dict(LISTINGS)[service, name]
    page = listing.page(ListQuery(limit=PAGE, search=text), condition_of(name), PARAMS)
    async with database.connection() as connection:
        (explained,) = await connection.fetch_value(EXPLAIN_BLOCKS + page.rows, page.params, prepare=False)
    plan = explained["Plan"]
    assert plan["Actual Rows"] == 1
    assert plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] < FEW_BLOCKS


@pytest.mark.parametrize(("service", "table"), [("catalog", "products"), ("customers", "customers")])
async def test_a_search_reads_few_blocks_after_many_new_rows(
    database: Database, table: LiteralString
) -> None:
    """In a copy of the table with its index, so that this shop stays as it is."""
    async with database.connection() as connection, connection.connection.transaction(force_rollback=True):
        await connection.execute(f"create temporary table newer (like {table})")
        index = await connection.fetch_value(
            "select pg_get_indexdef(%s::regclass)", [f"ix_{table}_search_text"]
        )
        await connection.execute(index.replace(f"public.{table}", "newer").encode())
        await connection.execute(f"insert into newer select * from {table} limit 4000")
        await connection.execute("set local enable_seqscan = off")
        (explained,) = await connection.fetch_value(
            EXPLAIN_BLOCKS + b"select from newer where search_text like '%%x-no%%' and deleted_at is null"
        )
    plan = explained["Plan"]
    assert plan["Local Hit Blocks"] + plan["Local Read Blocks"] < FEW_BLOCKS


@pytest.mark.parametrize("service", ["sales"])
@pytest.mark.parametrize("wanted", ORDERS.values(), ids=ORDERS)
async def test_orders_of_any_kind_are_found_by_an_index(database: Database, wanted: OrderFilter) -> None:
    conditions, params = conditions_of(wanted, ZoneInfo("America/Mexico_City"))
    first = await read(database, ORDER_LIST, conditions, ListQuery(limit=PAGE), params)
    assert first.read < FEW
    if len(first.rows) > PAGE:
        query = ListQuery(limit=PAGE, after=first.last)
        assert (await read(database, ORDER_LIST, conditions, query, params)).read < FEW


@pytest.mark.parametrize("service", ["sales"])
@pytest.mark.parametrize("wanted", LAYAWAYS.values(), ids=LAYAWAYS)
async def test_layaways_of_any_kind_are_found_by_an_index(database: Database, wanted: LayawayFilter) -> None:
    conditions, params = conditions_of_layaways(wanted, NOW.date())
    first = await read(database, LAYAWAY_LIST, conditions, ListQuery(limit=PAGE), params)
    assert first.rows
    assert first.read < FEW


@pytest.mark.parametrize("service", ["sales"])
@pytest.mark.parametrize(("web_list", "wanted"), WEB_PAGES.values(), ids=WEB_PAGES)
async def test_a_list_of_the_web_shop_is_read_by_an_index_wherever_the_page_begins(
    database: Database, web_list: WebList, wanted: WebFilter
) -> None:
    listing, live, of_status = web_list
    conditions, params = conditions_of_web(wanted, live, of_status=of_status)
    params = {**params, "now": NOW}
    first = await read(database, listing, conditions, ListQuery(limit=PAGE), params)
    assert first.rows or wanted.user_id
    assert first.read < FEW
    for after in ((str(MIDDLE), "0"), *([first.last] if first.rows else [])):
        query = ListQuery(limit=PAGE, after=after)
        assert (await read(database, listing, conditions, query, params)).read < FEW


@pytest.mark.parametrize("service", ["sales"])
@pytest.mark.parametrize("wanted", TILL_RETURNS.values(), ids=TILL_RETURNS)
async def test_returns_of_any_kind_are_found_by_an_index(
    database: Database, wanted: TillReturnFilter
) -> None:
    conditions, params = conditions_of_till_returns(wanted, ZoneInfo("America/Mexico_City"))
    first = await read(database, TILL_RETURN_LIST, conditions, ListQuery(limit=PAGE), params)
    assert first.read < FEW
    if len(first.rows) > PAGE:
        query = ListQuery(limit=PAGE, after=first.last)
        assert (await read(database, TILL_RETURN_LIST, conditions, query, params)).read < FEW


@pytest.mark.parametrize("service", ["sales"])
@pytest.mark.parametrize("text", ["9E3779B1", "C2-000123", "f47ac10b-58cc-4372-a567-0e02b2c3d479"])
async def test_the_order_of_a_ticket_is_found_by_indexes(database: Database, text: str) -> None:
    wanted = OrderFilter("POS", folio=Folio.of(text))
    conditions, params = conditions_of(wanted, ZoneInfo("America/Mexico_City"))
    assert (await read(database, ORDER_LIST, conditions, ListQuery(limit=PAGE), params)).read < 50


@pytest.mark.parametrize("service", ["sales"])
@pytest.mark.parametrize("folio", ["9E3779B1", "9e37", "9E3", "G"])
async def test_a_folio_is_found_by_its_beginning(database: Database, folio: str) -> None:
    conditions, params = conditions_of(OrderFilter("POS"), ZoneInfo("America/Mexico_City"))
    found = await read(database, ORDER_LIST, conditions, ListQuery(limit=PAGE, search=folio), params)
    assert found.read < FEW
    assert all(order.ticket_folio.startswith(folio.upper()) for order in found.rows)
    assert bool(found.rows) == (folio != "G")


@pytest.mark.parametrize("service", ["catalog"])
@pytest.mark.parametrize(
    "filters",
    [{"category": "food"}, {"category": "grooming"}, {"category": "toys"}, {"pet_type": "reptile"}],
    ids=str,
)
async def test_a_page_of_the_web_shop_reads_few_rows(database: Database, filters: dict[str, str]) -> None:
    conditions = [*condition_of("STORE_LIST"), *(sql.SQL(STORE_FILTERS[name]) for name in filters)]
    page = await read(database, STORE_LIST_FILTERED, conditions, ListQuery(limit=PAGE), {**PARAMS, **filters})
    assert page.read < FEW


@pytest.mark.parametrize("service", ["catalog"])
@pytest.mark.parametrize("category", [None, "food", "grooming"])
@pytest.mark.parametrize(
    "ends",
    [
        {"min_price": "100", "max_price": "101"},
        {"min_price": "100.00", "max_price": "100.00"},
        {"min_price": "1158"},
        {"max_price": "0.50"},
        {"min_price": "5000"},
    ],
    ids=str,
)
async def test_a_narrow_range_of_prices_reads_and_counts_few_rows(
    database: Database, ends: dict[str, str], category: str | None
) -> None:
    amounts = {end: Decimal(amount) for end, amount in ends.items()}
    params = {**PARAMS, **amounts, "category": category}
    conditions = condition_of("STORE_LIST") + ([sql.SQL(STORE_FILTERS["category"])] if category else [])
    wanted = (STORE_LIST_BY_PRICE, conditions, ListQuery(limit=PAGE), params, kinds_by_price(amounts))
    assert (await read(database, *wanted)).read < 3 * FEW
    assert await counted(database, *wanted) < 3 * FEW


@pytest.mark.parametrize("service", ["catalog"])
@pytest.mark.parametrize("ends", [{"min_price": "10"}, {"min_price": "10", "max_price": "1000"}], ids=str)
async def test_a_wide_range_of_prices_reads_few_rows(database: Database, ends: dict[str, str]) -> None:
    amounts = {end: Decimal(amount) for end, amount in ends.items()}
    kinds, params = kinds_by_price(amounts), {**PARAMS, **amounts}
    conditions, query = condition_of("STORE_LIST"), ListQuery(limit=PAGE)
    first = await read(database, STORE_LIST_BY_PRICE, conditions, query, params, kinds)
    assert first.read < 3 * FEW
    deep = replace(query, after=(str(ROWS // 2),))
    assert (await read(database, STORE_LIST_BY_PRICE, conditions, deep, params, kinds)).read < 3 * FEW


@pytest.mark.parametrize("service", ["analytics"])
@pytest.mark.parametrize(("condition", "deep"), [(BELOW_ONE, "200"), (BELOW_ITS_OWN, "5")])
async def test_products_with_low_stock_are_read_by_an_index_wherever_the_page_begins(
    database: Database, condition: LiteralString, deep: str
) -> None:
    for after in (None, (deep, str(ROWS // 2))):
        query = ListQuery(limit=PAGE, after=after)
        page = await read(database, LOW_STOCK_LIST, [sql.SQL(condition)], query)
        assert len(page.rows) > PAGE
        assert page.read < FEW


@pytest.mark.parametrize("service", ["analytics"])
async def test_dead_products_behind_many_that_were_sold_cost_a_look_at_an_index_each(
    database: Database,
) -> None:
    page = await read(database, DEAD_INVENTORY_LIST, [sql.SQL(UNSOLD)], ListQuery(limit=PAGE))
    assert page.rows[0].product_id == SOLD + 1
    assert page.read < FEW


@pytest.mark.parametrize("service", ["analytics"])
@pytest.mark.parametrize(
    "identifier", ["SKU-150001", "sku-150001", "PIÑATA ÑANDÚ 150001", "x-no-such-product"]
)
async def test_a_product_is_found_by_its_sku_or_name_in_any_capitals_by_an_index(
    database: Database, identifier: str
) -> None:
    async with database.connection() as connection, connection.connection.transaction(force_rollback=True):
        await connection.execute("set local plan_cache_mode = force_generic_plan")
        before = await rows_read(connection)
        found = await find_product(identifier, sql=connection)
        assert await rows_read(connection) - before < PAGE
    assert (found.product_id if found else None) == (None if "no-such" in identifier else 150_001)
