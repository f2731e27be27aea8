"""The things that reports share: their periods, headers, and answers as CSV."""

from datetime import UTC, datetime

import httpx
import pytest

from libs.testing.clock import FakeClock
from services.analytics.tests.builders import Consume, a_customer, a_paid_order

WITH_ZEROS = ("timeline", "staff", "taxes")
"""These show days between the first sale and today on which nothing was sold."""
OF_SHOP = (*WITH_ZEROS, "sales-summary", "product-ranking")
OF_PERIOD = (*OF_SHOP, "customer-sales")
AS_CSV = (
    *OF_PERIOD,
    "reports/low-stock",
    "reports/dead-inventory",
    "sales-velocity",
    "inventory-valuation",
    "suggested-orders",
)
RECORDS = {"first_system_record": "2026-02-10", "last_system_record": "2026-02-20"}


of_period = pytest.mark.parametrize("report", OF_PERIOD)
of_shop = pytest.mark.parametrize("report", OF_SHOP)


async def ask(owner: httpx.AsyncClient, report: str, accept: str = "*/*", **dates: str) -> httpx.Response:
    """Ask for the report; only that on a customer reads whose it is."""
    params = {"customer_id": "5", **dates}
    return await owner.get(f"/api/analytics/{report}/", params=params, headers={"Accept": accept})


@pytest.fixture
async def _sales(consume: Consume) -> None:
    """A sale on 10 February and one on the 20th; today is 2 March."""
    await consume(
        a_customer(5),
        a_paid_order(paid_at=datetime(2026, 2, 10, 18, 0, tzinfo=UTC), customer_id=5),
        a_paid_order(paid_at=datetime(2026, 2, 20, 18, 0, tzinfo=UTC), customer_id=5),
    )


@pytest.mark.usefixtures("_sales")
class TestPeriod:
    async def analyzed(self, owner: httpx.AsyncClient, report: str, **dates: str) -> tuple[str, str]:
        period = (await ask(owner, report, **dates)).json()["analyzed_period"]
        return period["start_date"], period["end_date"]

    async def refused(self, owner: httpx.AsyncClient, report: str, **dates: str) -> object:
        answer = await ask(owner, report, **dates)
        assert answer.status_code == 400
        return answer.json()

    @of_shop
    async def test_the_defaults_are_those_of_all_reports(self, owner: httpx.AsyncClient, report: str) -> None:
        assert await self.analyzed(owner, report) == ("2026-01-31", "2026-03-02")
        assert await self.analyzed(owner, report, start_date="2026-02-15") == ("2026-02-15", "2026-03-02")
        assert await self.analyzed(owner, report, end_date="2026-02-15") == ("2026-01-16", "2026-02-15")
        assert await self.analyzed(owner, report, start_date="", end_date="") == ("2026-01-31", "2026-03-02")

    @of_shop
    async def test_today_is_the_store_s_today_while_utc_is_a_day_ahead(
        self, owner: httpx.AsyncClient, report: str, clock: FakeClock
    ) -> None:
        clock.set(datetime(2026, 3, 3, 5, 0, tzinfo=UTC))
        assert await self.analyzed(owner, report) == ("2026-01-31", "2026-03-02")

    @of_period
    async def test_a_malformed_date(self, owner: httpx.AsyncClient, report: str) -> None:
        assert await self.refused(owner, report, start_date="2026-2-1") == {
            "error": "Invalid date format. Use YYYY-MM-DD.",
            **RECORDS,
        }

    @of_period
    async def test_a_reversed_period(self, owner: httpx.AsyncClient, report: str) -> None:
        assert await self.refused(owner, report, start_date="2026-02-20", end_date="2026-02-10") == {
            "error": "start_date must not be after end_date.",
            **RECORDS,
        }

    @pytest.mark.parametrize("report", WITH_ZEROS)
    async def test_days_without_a_sale_between_and_since_the_sales(
        self, owner: httpx.AsyncClient, report: str
    ) -> None:
        for start, end in (("2026-02-11", "2026-02-19"), ("2026-03-02", "2026-03-02")):
            answer = await ask(owner, report, start_date=start, end_date=end)
            assert answer.status_code == 200
            assert not {
                answer.json()["total"].get(figure, 0) for figure in ("revenue", "tickets", "base")
            } - {0}

    @of_shop
    async def test_a_period_before_the_first_sale(self, owner: httpx.AsyncClient, report: str) -> None:
        assert await self.refused(owner, report, start_date="2026-02-01", end_date="2026-02-09") == {
            "error": "No sales found between 2026-02-01 and 2026-02-09 in the system.",
            **RECORDS,
        }

    @of_shop
    async def test_a_day_to_come(self, owner: httpx.AsyncClient, report: str) -> None:
        assert await self.refused(owner, report, start_date="2026-03-03", end_date="2026-03-03") == {
            "error": "No sales found for the date 2026-03-03 in the system.",
            **RECORDS,
        }

    @of_period
    async def test_days_to_come_may_follow(self, owner: httpx.AsyncClient, report: str) -> None:
        assert (await ask(owner, report, start_date="2026-02-01", end_date="2026-03-31")).status_code == 200

    @of_period
    @pytest.mark.parametrize("query", ["start_date=%00", "end_date=2026-03-0%00", "start_date=%ED%A0%80"])
    async def test_bytes_that_are_no_text(self, owner: httpx.AsyncClient, report: str, query: str) -> None:
        assert (await owner.get(f"/api/analytics/{report}/?customer_id=5&{query}")).status_code == 400


@of_shop
async def test_no_sale_at_all_yet(owner: httpx.AsyncClient, report: str) -> None:
    answer = await ask(owner, report)
    assert (answer.status_code, answer.json()) == (
        400,
        {
            "error": "No sales found between 2026-01-31 and 2026-03-02 in the system.",
            "first_system_record": None,
            "last_system_record": None,
        },
    )


@pytest.mark.usefixtures("_sales")
class TestAnswers:
    @of_period
    async def test_they_say_how_far_analytics_has_heard(self, owner: httpx.AsyncClient, report: str) -> None:
        answer = await ask(owner, report)
        assert answer.headers["x-data-as-of"] == "2026-03-02T18:00:00Z"

    @of_period
    async def test_they_are_files_for_a_spreadsheet(self, owner: httpx.AsyncClient, report: str) -> None:
        answer = await ask(owner, report, "text/csv", start_date="2026-02-01", end_date="2026-02-28")
        name = {"timeline": "timeline-day", "customer-sales": "customer-sales_5"}.get(report, report)
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert answer.headers["content-disposition"] == (
            f'attachment; filename="{name}_2026-02-01_2026-02-28.csv"'
        )
        assert answer.headers["vary"] == "Accept"
        assert answer.headers["x-data-as-of"] == "2026-03-02T18:00:00Z"

    @of_period
    async def test_a_refusal_stays_json(self, owner: httpx.AsyncClient, report: str) -> None:
        answer = await ask(owner, report, "text/csv", start_date="yesterday")
        assert (answer.status_code, answer.headers["content-type"]) == (400, "application/json")

    @pytest.mark.parametrize("report", AS_CSV)
    async def test_what_is_neither_json_nor_csv_is_not_acceptable(
        self, owner: httpx.AsyncClient, report: str
    ) -> None:
        answer = await ask(owner, report, "application/pdf", identifier="SKU-1")
        assert (answer.status_code, answer.headers["x-error-code"]) == (406, "not_acceptable")
        assert answer.json() == {"detail": "Could not satisfy the request Accept header."}
