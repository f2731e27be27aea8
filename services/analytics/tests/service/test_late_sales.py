"""A sale that is heard of days after its payment (a till without network) counts on its own day and hour."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from libs.common.contracts.event import Event
from libs.common.db.database import Database
from libs.common.messaging.inbox import take_in
from libs.testing.clock import START, FakeClock
from libs.testing.received import received
from services.analytics.consumers import subscriptions
from services.analytics.tests.builders import (
    STORE,
    Consume,
    a_customer,
    a_line,
    a_paid_order,
    a_return_at_a_till,
)

TODAY = "2026-03-02"
FRIDAY = "2026-02-27"
PAID_ON_FRIDAY = datetime(2026, 2, 28, 5, 30, tzinfo=UTC)
"""At half past eleven in the night of Friday, which is Saturday in UTC."""


async def answered(owner: httpx.AsyncClient, report: str, day: str, **query: str) -> httpx.Response:
    """A report of one day."""
    days = {"start_date": day, "end_date": day}
    answer = await owner.get(f"/api/analytics/{report}/", params=days | query)
    assert answer.status_code == 200, answer.text
    return answer


async def sold(owner: httpx.AsyncClient, day: str) -> tuple[float, int]:
    """Revenue and units of a day."""
    total = (await answered(owner, "timeline", day)).json()["total"]
    return total["revenue"], total["units"]


async def day_and_hour(database: Database) -> dict[str, Any]:
    (row,) = await database.fetch_dicts("select day::text, hour from sale_facts where paid_at < '2026-03-01'")
    return row


async def hear(database: Database, event: Event, told_at: datetime) -> None:
    """Take in an event that its service told then."""
    await take_in(database, subscriptions(STORE), [replace(received(event), time=told_at)])


@pytest.fixture(autouse=True)
async def _today_has_been_counted(consume: Consume, clock: FakeClock) -> None:
    """One sale of today, and the customer of the late one."""
    await consume(a_customer(5), a_paid_order(a_line(1, quantity=3), customer_id=5, paid_at=clock()))


class TestASaleOfFridayOnMonday:
    async def test_its_day_and_hour_are_those_of_its_payment(
        self, database: Database, consume: Consume
    ) -> None:
        await consume(a_paid_order(paid_at=PAID_ON_FRIDAY))
        assert await day_and_hour(database) == {"day": FRIDAY, "hour": 23}

    async def test_the_reports_of_friday_have_it_and_those_of_today_do_not(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        before = await sold(owner, TODAY)
        await consume(a_paid_order(a_line(2), customer_id=5, user_id=7, paid_at=PAID_ON_FRIDAY))
        assert await sold(owner, TODAY) == before
        assert await sold(owner, FRIDAY) == (116.0, 1)
        staff = (await answered(owner, "staff", FRIDAY)).json()["staff"]
        assert [(each["user_id"], each["tickets"]) for each in staff] == [(7, 1)]
        bought = (await answered(owner, "customer-sales", FRIDAY, customer_id="5")).json()
        assert bought["top_product"]["product_name"] == "Product 2"
        assert bought["peak_buying_hours"] == [{"hour": 23, "total_spent": 116.0, "ticket_count": 1}]

    async def test_of_a_month_that_is_over_the_products_are_counted_again(
        self, database: Database, consume: Consume
    ) -> None:
        await consume(a_paid_order(a_line(2), paid_at=PAID_ON_FRIDAY))
        await consume(a_paid_order(a_line(2, quantity=2), paid_at=PAID_ON_FRIDAY))
        rows = await database.fetch_dicts(
            "select month::text, units from products_by_month where product_id = 2"
        )
        assert rows == [{"month": "2026-02-01", "units": 3}]

    async def test_what_comes_back_of_it_is_taken_off_friday_also_if_it_is_heard_of_first(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        order = a_paid_order(a_line(2, quantity=3), paid_at=PAID_ON_FRIDAY)
        today = await sold(owner, TODAY)
        await consume(a_return_at_a_till(order, {2: 1}))
        await consume(order)
        assert await sold(owner, FRIDAY) == (232.0, 2)
        assert await sold(owner, TODAY) == today


class TestAsOf:
    async def test_it_is_when_the_sale_was_told_and_not_when_it_was_paid(
        self, owner: httpx.AsyncClient, database: Database
    ) -> None:
        await hear(database, a_paid_order(paid_at=PAID_ON_FRIDAY), START + timedelta(hours=1))
        answer = await answered(owner, "timeline", FRIDAY)
        assert answer.headers["x-data-as-of"] == "2026-03-02T19:00:00Z"

    async def test_an_event_that_was_under_way_for_days_does_not_set_it_back(
        self, owner: httpx.AsyncClient, database: Database
    ) -> None:
        await hear(database, a_paid_order(paid_at=PAID_ON_FRIDAY), PAID_ON_FRIDAY)
        answer = await answered(owner, "timeline", FRIDAY)
        assert answer.headers["x-data-as-of"] == "2026-03-02T18:00:00Z"
        assert answer.json()["total"]["tickets"] == 1
