"""Every page of every export is read by indexes: a long one reads what is on it, wherever it begins."""

from collections.abc import AsyncIterator

import orjson
import pytest

from libs.common.contracts.internal.exports import EXPORT_LIMIT_MAX
from libs.common.db.database import Database
from services.auth.usecases.accounts.exporting import USERS
from services.catalog.usecases.exports import EXPORTED_PRODUCTS, EXPORTED_SUPPLIERS, STOCK_TURNS
from services.customers.usecases.customers.exporting import CUSTOMERS
from services.sales.usecases.exports import ORDER_RETURNS, PAID_ORDERS, PROCESSED_RETURNS, UNDONE_ORDERS
from tests.large.conftest import LargeDatabase
from tests.large.rows import ROWS
from tests.large.test_list_plans import rows_read

pytestmark = pytest.mark.timeout(240)  # the first test of a service fills its database

EXPORTS = {
    "users": ("auth", USERS),
    "products": ("catalog", EXPORTED_PRODUCTS),
    "suppliers": ("catalog", EXPORTED_SUPPLIERS),
    "turns of stock": ("catalog", STOCK_TURNS),
    "customers": ("customers", CUSTOMERS),
    "paid orders": ("sales", PAID_ORDERS),
    "undone orders": ("sales", UNDONE_ORDERS),
    "processed returns": ("sales", PROCESSED_RETURNS),
    "returns at tills": ("sales", ORDER_RETURNS),
}
PER_ITEM = 5
"""Rows that may be read for an item: it, what belongs to it, and the few between two items."""
ENDS = 2
"""PostgreSQL, planning, reads the rows at both ends of an index if others have just written beside them."""


@pytest.fixture
async def database(name: str, large_database: LargeDatabase) -> AsyncIterator[Database]:
    database = Database(large_database(EXPORTS[name][0]))
    await database.open()
    yield database
    await database.close()


@pytest.mark.parametrize("after", [0, ROWS // 40, ROWS, 10 * ROWS])
@pytest.mark.parametrize("name", EXPORTS)
async def test_a_page_reads_what_is_on_it(database: Database, name: str, after: int) -> None:
    params = {"after": after, "limit": EXPORT_LIMIT_MAX}
    async with database.connection() as connection, connection.connection.transaction(force_rollback=True):
        before = await rows_read(connection)
        page = await connection.fetch_value(EXPORTS[name][1], params, prepare=False)
        read = await rows_read(connection) - before
    items = orjson.loads(page)["items"]
    if after == 0:
        assert len(items) == EXPORT_LIMIT_MAX
    assert read <= PER_ITEM * len(items) + ENDS
