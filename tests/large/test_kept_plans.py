"""PostgreSQL keeps the plan by which an order takes its stock: planning takes longer than carrying it out."""

from datetime import timedelta
from uuid import uuid4

import pytest

from libs.common.db.database import Database
from libs.testing.clock import START
from services.catalog.domain.lifecycles import ALLOCATIONS
from services.catalog.usecases.stock.allocations import INSERT_ALLOCATION

pytestmark = pytest.mark.timeout(240)  # the first test fills the database

TRIED = 5
"""Executions that PostgreSQL plans with their values, before it compares."""
ORDERS = 2 * TRIED

SELECT_PLANS = "select custom_plans from pg_prepared_statements where statement ~ 'insert into allocations'"


async def test_orders_of_two_lines_are_not_planned_one_by_one(catalog: Database) -> None:
    async with catalog.connection() as connection, connection.connection.transaction(force_rollback=True):
        for number in range(ORDERS):
            params = {
                "id": uuid4(),
                "user_id": 3,
                "channel": "POS",
                "ids": [1001 + number, 2002 + number],
                "quantities": [1, 1],
                "lease_until": START + timedelta(minutes=1),
                "now": START,
                "today": START.date(),
                "held": ALLOCATIONS.first,
                "is_locked": False,
                "occurred_at": START,
                "traceparent": None,
            }
            assert len(await connection.fetch_values(INSERT_ALLOCATION, params, prepare=True)) == 2
        assert await connection.fetch_value(SELECT_PLANS, prepare=False) == TRIED
