"""Lines that a version before recorded do not tell their customer: reports are right, a rebuild mends it."""

from typing import Any

import httpx
import pytest

from libs.common.contracts.event import Event
from libs.common.db.database import Database
from services.analytics.tests.builders import (
    STORE,
    Consume,
    a_customer,
    a_line,
    a_paid_order,
    a_refund,
    a_return,
)
from services.analytics.tests.exports import Told
from services.analytics.tests.silent_steps import SilentSteps
from services.analytics.usecases.rebuilding.filling import Filling
from services.analytics.usecases.rebuilding.rebuilding import rebuild

OLD = a_paid_order(a_line(1, quantity=3), a_line(2), customer_id=5)
OF_OTHERS = (a_paid_order(a_line(3, quantity=9), customer_id=6), a_paid_order(a_line(3, quantity=9)))
NEW = a_paid_order(a_line(2, quantity=3), customer_id=5)
TOLD: tuple[Event, ...] = (a_customer(5), OLD, *OF_OTHERS)


@pytest.fixture(autouse=True)
async def _a_version_before_has_recorded(consume: Consume, database: Database) -> None:
    """Sales of the customer, of another and of nobody, as they stand after the migration."""
    await consume(*TOLD)
    await database.execute("update line_facts set customer_id = null")
    await database.execute("update sale_facts set lines_tell_customer = false")


async def top_product(owner: httpx.AsyncClient, **days: str) -> Any:
    answer = await owner.get("/api/analytics/customer-sales/", params={"customer_id": "5", **days})
    assert answer.status_code == 200, answer.text
    return answer.json()["top_product"]


async def test_they_are_in_the_report(owner: httpx.AsyncClient) -> None:
    bought = await top_product(owner)
    assert bought == {"product_name": "Product 1", "total_spent_on_product": 348.0, "units_bought": 3}
    assert await top_product(owner, start_date="2026-03-02", end_date="2026-03-02") == bought


async def test_they_are_added_to_those_that_tell_it(owner: httpx.AsyncClient, consume: Consume) -> None:
    await consume(NEW)
    assert await top_product(owner) == {
        "product_name": "Product 2",
        "total_spent_on_product": 464.0,
        "units_bought": 4,
    }


async def test_what_comes_back_is_taken_off_them(owner: httpx.AsyncClient, consume: Consume) -> None:
    await consume(NEW, a_return(OLD, {1: 1}), a_refund(NEW))
    bought = await top_product(owner)
    assert (bought["product_name"], bought["units_bought"]) == ("Product 1", 2)


async def test_after_a_rebuild_all_tell_it(owner: httpx.AsyncClient, database: Database) -> None:
    before = await top_product(owner)
    differences = await rebuild(
        Filling(Told(TOLD), database, STORE, SilentSteps()), database=database, patience=0
    )
    assert {difference.table for difference in differences} == {"line_facts", "sale_facts"}
    assert await database.fetch_value("select bool_and(lines_tell_customer) from sale_facts")
    assert await top_product(owner) == before
    wrong = """select count(*) from line_facts join sale_facts using (day, order_id)
    where line_facts.customer_id is distinct from sale_facts.customer_id"""
    assert await database.fetch_value(wrong) == 0
