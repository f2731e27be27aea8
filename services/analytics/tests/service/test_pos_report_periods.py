"""The timeline, the staff's sales and the taxes share periods, headers and CSV."""

from datetime import UTC, datetime

import httpx
import pytest

from libs.testing.clock import FakeClock
from services.analytics.tests.builders import Consume, a_paid_order

REPORTS = ("timeline", "staff", "taxes")
RECORDS = {"first_system_record": "2026-02-10", "last_system_record": "2026-02-20"}


def url(report: str) -> str:
    return f"/api/analytics/{report}/"


@pytest.fixture(params=REPORTS)
def report(request: pytest.FixtureRequest) -> str:
    """The path of a report."""
    return url(request.param)


@pytest.fixture
async def _sales(consume: Consume) -> None:
    """A sale on 10 February and one on the 20th; today is 2 March."""
    await consume(
        a_paid_order(paid_at=datetime(2026, 2, 10, 18, 0, tzinfo=UTC)),
        a_paid_order(paid_at=datetime(2026, 2, 20, 18, 0, tzinfo=UTC)),
    )


@pytest.mark.usefixtures("_sales")
class TestPeriod:
    async def analyzed(self, owner: httpx.AsyncClient, report: str, **dates: str) -> tuple[str, str]:
        period = (await owner.get(report, params=dates)).json()["analyzed_period"]
        return period["start_date"], period["end_date"]

    async def refused(self, owner: httpx.AsyncClient, report: str, **dates: str) -> object:
        answer = await owner.get(report, params=dates)
        assert answer.status_code == 400
        return answer.json()

    async def test_the_defaults_are_those_of_all_reports(self, owner: httpx.AsyncClient, report: str) -> None:
        assert await self.analyzed(owner, report) == ("2026-01-31", "2026-03-02")
        assert await self.analyzed(owner, report, start_date="2026-02-15") == ("2026-02-15", "2026-03-02")
        assert await self.analyzed(owner, report, end_date="2026-02-15") == ("2026-01-16", "2026-02-15")
        assert await self.analyzed(owner, report, start_date="", end_date="") == ("2026-01-31", "2026-03-02")

    async def test_today_is_the_store_s_today_while_utc_is_a_day_ahead(
        self, owner: httpx.AsyncClient, report: str, clock: FakeClock
    ) -> None:
        clock.set(datetime(2026, 3, 3, 5, 0, tzinfo=UTC))
        assert await self.analyzed(owner, report) == ("2026-01-31", "2026-03-02")

    async def test_a_malformed_date(self, owner: httpx.AsyncClient, report: str) -> None:
        assert await self.refused(owner, report, start_date="2026-2-1") == {
            "error": "Invalid date format. Use YYYY-MM-DD.",
            **RECORDS,
        }

    async def test_a_reversed_period(self, owner: httpx.AsyncClient, report: str) -> None:
        assert await self.refused(owner, report, start_date="2026-02-20", end_date="2026-02-10") == {
            "error": "start_date must not be after end_date.",
            **RECORDS,
        }

    async def test_days_without_a_sale_between_and_since_the_sales(
        self, owner: httpx.AsyncClient, report: str
    ) -> None:
        for start, end in (("2026-02-11", "2026-02-19"), ("2026-03-02", "2026-03-02")):
            answer = await owner.get(report, params={"start_date": start, "end_date": end})
            assert answer.status_code == 200
            assert not {
                answer.json()["total"].get(figure, 0) for figure in ("revenue", "tickets", "base")
            } - {0}

    async def test_a_period_before_the_first_sale(self, owner: httpx.AsyncClient, report: str) -> None:
        assert await self.refused(owner, report, start_date="2026-02-01", end_date="2026-02-09") == {
            "error": "No sales found between 2026-02-01 and 2026-02-09 in the system.",
            **RECORDS,
        }

    async def test_a_day_to_come(self, owner: httpx.AsyncClient, report: str) -> None:
        assert await self.refused(owner, report, start_date="2026-03-03", end_date="2026-03-03") == {
            "error": "No sales found for the date 2026-03-03 in the system.",
            **RECORDS,
        }

    async def test_days_to_come_may_follow(self, owner: httpx.AsyncClient, report: str) -> None:
        assert (await owner.get(report, params={"end_date": "2026-03-31"})).status_code == 200

    @pytest.mark.parametrize("query", ["start_date=%00", "end_date=2026-03-0%00", "start_date=%ED%A0%80"])
    async def test_bytes_that_are_no_text(self, owner: httpx.AsyncClient, report: str, query: str) -> None:
        assert (await owner.get(f"{report}?{query}")).status_code == 400


async def test_no_sale_at_all_yet(owner: httpx.AsyncClient, report: str) -> None:
    answer = await owner.get(report)
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
    async def test_they_say_how_far_analytics_has_heard(self, owner: httpx.AsyncClient, report: str) -> None:
        answer = await owner.get(report)
        assert answer.headers["x-data-as-of"] == "2026-03-02T18:00:00Z"

    @pytest.mark.parametrize("name", REPORTS)
    async def test_they_are_files_for_a_spreadsheet(self, owner: httpx.AsyncClient, name: str) -> None:
        days = {"start_date": "2026-02-01", "end_date": "2026-02-28"}
        answer = await owner.get(url(name), params=days, headers={"Accept": "text/csv"})
        file = "timeline-day" if name == "timeline" else name
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert answer.headers["content-disposition"] == (
            f'attachment; filename="{file}_2026-02-01_2026-02-28.csv"'
        )
        assert answer.headers["x-data-as-of"] == "2026-03-02T18:00:00Z"

    async def test_what_is_neither_json_nor_csv_is_not_acceptable(
        self, owner: httpx.AsyncClient, report: str
    ) -> None:
        assert (await owner.get(report, headers={"Accept": "application/pdf"})).status_code == 406
