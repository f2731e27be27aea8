"""A cart's quotes are read by primary key: they cost what is in the cart, however large the shop is."""

import pytest

from libs.common.contracts.internal.catalog import QUOTES_MAX
from libs.common.db.database import Database
from services.catalog.domain.products import Product
from services.catalog.usecases.products.storefront import SELECT_QUOTED_PRODUCTS
from tests.large.rows import ROWS
from tests.large.test_list_plans import PARAMS, rows_read

pytestmark = pytest.mark.timeout(240)  # the first test fills the database

FEW_PER_PRODUCT = 10
"""Of a large cart, all promotions of the day may be read at once: one in ten products has some promotion."""


@pytest.mark.parametrize("mode", ["force_generic_plan", "force_custom_plan"])
@pytest.mark.parametrize("number", [1, QUOTES_MAX])
async def test_quotes_read_few_rows(catalog: Database, number: int, mode: str) -> None:
    step = ROWS // number
    params = {**PARAMS, "ids": list(range(step, ROWS + 1, step))}
    async with catalog.connection() as connection, connection.connection.transaction(force_rollback=True):
        await connection.execute("select set_config('plan_cache_mode', %(mode)s, true)", {"mode": mode})
        before = await rows_read(connection)
        found = await connection.fetch_all(Product, SELECT_QUOTED_PRODUCTS, params, prepare=True)
        read = await rows_read(connection) - before
    assert [product.id for product in found] == params["ids"]
    assert read <= FEW_PER_PRODUCT * number
