"""A commit that no timeout ends: the synchronous standby is away while an order is committed."""

import asyncio

import pytest

from libs.testing.waiting import eventually
from tests.together.conftest import Suite
from tests.together.goods import enter_products

pytestmark = pytest.mark.timeout(240)  # each starts a PostgreSQL of its own

ALL_PIECES = {"items": [{"product_id": 1, "quantity": 10}]}

BOOKS = "select status, current_stock, short_since from allocations, products"


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "sale-1"}], ids=["no key", "a key"])
async def test_stock_stays_held_while_its_order_is_being_committed(
    suite: Suite, headers: dict[str, str]
) -> None:
    catalog, sales = suite.catalog.database, suite.sales.database
    await enter_products(catalog, pieces=10)
    async with asyncio.TaskGroup() as tasks:
        sale = tasks.create_task(suite.till.post("/api/orders/", json=ALL_PIECES, headers=headers))
        await eventually(suite.waits_for_standby)
        await suite.settle()
        assert await catalog.fetch_dicts(BOOKS) == [
            {"status": "HELD", "current_stock": 0, "short_since": None}
        ]
        oversold = await suite.till.post("/api/orders/", json=ALL_PIECES)
        assert oversold.status_code == 400
        await suite.bring_standby_back()
    assert sale.result().status_code == 201
    await suite.settle()
    assert await catalog.fetch_dicts(BOOKS) == [
        {"status": "CONFIRMED", "current_stock": 0, "short_since": None}
    ]
    assert await sales.fetch_value("select count(*) from orders") == 1
