from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from libs.testing.clock import FakeClock
from services.analytics.tests.builders import (
    Consume,
    a_cancellation,
    a_line,
    a_paid_order,
    a_return,
    at,
)

TIMELINE = "/api/analytics/timeline/"
NOTHING = {"revenue": 0.0, "tickets": 0, "units": 0, "average_ticket": 0.0}


async def timeline(owner: httpx.AsyncClient, **params: str) -> Any:
    answer = await owner.get(TIMELINE, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def revenues(report: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    """By the first day of each part: its revenue, and that of the period before."""
    return {part["start_date"]: (part["revenue"], part["previous"]["revenue"]) for part in report["timeline"]}


class TestByDay:
    @pytest.fixture(autouse=True)
    async def _sales(self, consume: Consume) -> None:
        """On 25 and 27 February, on the 27th in both channels; and on the 22nd and 23rd."""
        await consume(
            a_paid_order(a_line(quantity=2), paid_at=at("2026-02-25")),
            a_paid_order(a_line(), paid_at=at("2026-02-27", 10)),
            a_paid_order(a_line(), a_line(2, quantity=2), payment_method="WEB", paid_at=at("2026-02-27", 11)),
            a_paid_order(a_line(unit_price="50.00"), paid_at=at("2026-02-22")),
            a_paid_order(a_line(unit_price="10.00"), paid_at=at("2026-02-23")),
        )

    async def test_every_day_is_there_beside_the_day_of_the_period_before(
        self, owner: httpx.AsyncClient
    ) -> None:
        report = await timeline(owner, start_date="2026-02-25", end_date="2026-02-27")
        assert report["by"] == "day"
        assert report["analyzed_period"] == {"start_date": "2026-02-25", "end_date": "2026-02-27"}
        assert report["previous_period"] == {"start_date": "2026-02-22", "end_date": "2026-02-24"}
        assert revenues(report) == {
            "2026-02-25": (232.0, 58.0),
            "2026-02-26": (0.0, 11.6),
            "2026-02-27": (464.0, 0.0),
        }

    async def test_a_day_tells_each_channel_and_the_change(self, owner: httpx.AsyncClient) -> None:
        report = await timeline(owner, start_date="2026-02-25", end_date="2026-02-27")
        first, _, last = report["timeline"]
        assert last == {
            "start_date": "2026-02-27",
            "end_date": "2026-02-27",
            "is_over": True,
            "revenue": 464.0,
            "tickets": 2,
            "units": 4,
            "average_ticket": 232.0,
            "channels": {
                "POS": {"revenue": 116.0, "tickets": 1, "units": 1, "average_ticket": 116.0},
                "WEB": {"revenue": 348.0, "tickets": 1, "units": 3, "average_ticket": 348.0},
            },
            "previous": {
                "start_date": "2026-02-24",
                "end_date": "2026-02-24",
                **NOTHING,
                "channels": {"POS": NOTHING, "WEB": NOTHING},
            },
            "change_percent": {"revenue": None, "tickets": None, "units": None, "average_ticket": None},
        }
        assert first["change_percent"] == {
            "revenue": 300.0,
            "tickets": 0.0,
            "units": 100.0,
            "average_ticket": 300.0,
        }

    async def test_the_total_is_that_of_all_days(self, owner: httpx.AsyncClient) -> None:
        total = (await timeline(owner, start_date="2026-02-25", end_date="2026-02-27"))["total"]
        assert (total["revenue"], total["tickets"], total["units"]) == (696.0, 3, 6)
        assert total["average_ticket"] == 232.0
        assert total["channels"]["POS"]["revenue"] == 348.0
        assert (total["previous"]["revenue"], total["previous"]["tickets"]) == (69.6, 2)
        assert total["previous_to_date"] == total["previous"]
        assert total["change_percent"] == {
            "revenue": 900.0,
            "tickets": 50.0,
            "units": 200.0,
            "average_ticket": 566.67,
        }

    async def test_the_csv_has_a_row_for_all_channels_and_for_each(self, owner: httpx.AsyncClient) -> None:
        answer = await owner.get(
            TIMELINE,
            params={"start_date": "2026-02-27", "end_date": "2026-02-27"},
            headers={"Accept": "text/csv"},
        )
        assert answer.content.decode("utf-8-sig").split("\r\n") == [
            "start_date,end_date,is_over,weekday,hour,occurrences,channel,revenue,tickets,units,average_ticket,"
            "previous_start_date,previous_end_date,previous_occurrences,previous_revenue,previous_tickets,"
            "previous_units,previous_average_ticket",
            "2026-02-27,2026-02-27,true,,,,ALL,464.00,2,4,232.00,2026-02-26,2026-02-26,,0.00,0,0,0.00",
            "2026-02-27,2026-02-27,true,,,,POS,116.00,1,1,116.00,2026-02-26,2026-02-26,,0.00,0,0,0.00",
            "2026-02-27,2026-02-27,true,,,,WEB,348.00,1,3,348.00,2026-02-26,2026-02-26,,0.00,0,0,0.00",
            "",
        ]


class TestByWeekAndMonth:
    async def test_weeks_begin_on_monday_and_meet_the_weeks_before(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(
            a_paid_order(paid_at=at("2026-02-15")),  # the Sunday before
            a_paid_order(paid_at=at("2026-02-16", 0)),
            a_paid_order(a_line(quantity=2), paid_at=at("2026-02-22", 23, 59)),
            a_paid_order(a_line(quantity=5), paid_at=at("2026-02-25")),
            a_paid_order(a_line(quantity=7), paid_at=at("2026-02-26")),  # the Thursday after
        )
        report = await timeline(owner, start_date="2026-02-16", end_date="2026-02-25", by="week")
        assert report["previous_period"] == {"start_date": "2026-02-02", "end_date": "2026-02-11"}
        assert revenues(report) == {"2026-02-16": (348.0, 0.0), "2026-02-23": (580.0, 0.0)}
        later = await timeline(owner, start_date="2026-02-23", end_date="2026-03-01", by="week")
        assert revenues(later) == {"2026-02-23": (1392.0, 348.0)}

    async def test_months_are_those_of_the_store(self, owner: httpx.AsyncClient, consume: Consume) -> None:
        await consume(
            a_paid_order(paid_at=at("2026-01-31", 23, 30)),
            a_paid_order(a_line(quantity=2), paid_at=at("2026-02-01", 0)),
            a_paid_order(a_line(quantity=3), paid_at=at("2026-02-28", 23, 30)),
        )
        report = await timeline(owner, start_date="2026-02-01", end_date="2026-02-28", by="month")
        assert report["previous_period"] == {"start_date": "2026-01-01", "end_date": "2026-01-31"}
        assert revenues(report) == {"2026-02-01": (580.0, 116.0)}

    async def test_months_that_the_period_cuts(self, owner: httpx.AsyncClient, consume: Consume) -> None:
        await consume(
            a_paid_order(paid_at=at("2026-01-19")),
            a_paid_order(a_line(quantity=2), paid_at=at("2026-01-20")),
            a_paid_order(a_line(quantity=3), paid_at=at("2026-02-10")),
            a_paid_order(a_line(quantity=4), paid_at=at("2026-02-11")),
        )
        report = await timeline(owner, start_date="2026-01-20", end_date="2026-02-10", by="month")
        assert revenues(report) == {"2026-01-20": (232.0, 0.0), "2026-02-01": (348.0, 0.0)}


class TestByHourOfWeek:
    @pytest.fixture(autouse=True)
    async def _sales(self, consume: Consume) -> None:
        """Two Mondays at nine, one Sunday at 23:30; and a Monday of the two weeks before."""
        await consume(
            a_paid_order(paid_at=at("2026-02-16", 9)),
            a_paid_order(a_line(quantity=2), payment_method="WEB", paid_at=at("2026-02-23", 9, 59)),
            a_paid_order(paid_at=at("2026-03-01", 23, 30)),
            a_paid_order(a_line(quantity=4), paid_at=at("2026-02-09", 9)),
        )

    async def test_all_168_hours_are_there_from_monday(self, owner: httpx.AsyncClient) -> None:
        report = await timeline(owner, start_date="2026-02-16", end_date="2026-03-01", by="hour_of_week")
        hours = report["timeline"]
        assert [(hour["weekday"], hour["hour"]) for hour in hours] == [
            (weekday, hour) for weekday in range(1, 8) for hour in range(24)
        ]
        assert [hour["revenue"] for hour in hours if hour["revenue"]] == [348.0, 116.0]

    async def test_an_hour_has_sums_and_averages_for_each_time_that_it_came(
        self, owner: httpx.AsyncClient
    ) -> None:
        report = await timeline(owner, start_date="2026-02-16", end_date="2026-03-01", by="hour_of_week")
        assert report["previous_period"] == {"start_date": "2026-02-02", "end_date": "2026-02-15"}
        assert report["timeline"][9] == {
            "weekday": 1,
            "hour": 9,
            "occurrences": 2,
            "revenue": 348.0,
            "tickets": 2,
            "units": 3,
            "average_ticket": 174.0,
            "average_revenue": 174.0,
            "average_tickets": 1.0,
            "channels": {
                "POS": {"revenue": 116.0, "tickets": 1, "units": 1, "average_ticket": 116.0},
                "WEB": {"revenue": 232.0, "tickets": 1, "units": 2, "average_ticket": 232.0},
            },
            "previous": {
                "occurrences": 2,
                "revenue": 464.0,
                "tickets": 1,
                "units": 4,
                "average_ticket": 464.0,
                "channels": {
                    "POS": {"revenue": 464.0, "tickets": 1, "units": 4, "average_ticket": 464.0},
                    "WEB": NOTHING,
                },
            },
        }
        assert report["timeline"][-1]["revenue"] == 116.0

    async def test_the_csv_names_weekday_and_hour(self, owner: httpx.AsyncClient) -> None:
        params = {"start_date": "2026-02-16", "end_date": "2026-03-01", "by": "hour_of_week"}
        answer = await owner.get(TIMELINE, params=params, headers={"Accept": "text/csv"})
        rows = answer.text.splitlines()
        assert len(rows) == 1 + 168 * 3
        assert rows[1 + 9 * 3] == ",,,1,9,2,ALL,348.00,2,3,174.00,,,2,464.00,1,4,464.00"


class TestARunningPeriod:
    async def test_is_compared_with_the_sales_until_the_same_hour(
        self, owner: httpx.AsyncClient, consume: Consume, clock: FakeClock
    ) -> None:
        clock.set(at("2026-03-02", 14, 32))
        await consume(
            a_paid_order(a_line(quantity=3), paid_at=at("2026-03-02", 14)),
            a_paid_order(paid_at=at("2026-03-01", 14, 59)),
            a_paid_order(a_line(quantity=9), paid_at=at("2026-03-01", 15)),
        )
        report = await timeline(owner, start_date="2026-03-02")
        total = report["total"]
        assert (total["previous"]["revenue"], total["previous_to_date"]["revenue"]) == (1160.0, 116.0)
        assert total["change_percent"]["revenue"] == 200.0
        (today,) = report["timeline"]
        assert (today["is_over"], today["change_percent"]) == (False, None)

    async def test_days_to_come_are_not_compared(
        self, owner: httpx.AsyncClient, consume: Consume, clock: FakeClock
    ) -> None:
        clock.set(at("2026-02-02", 14))
        await consume(
            a_paid_order(a_line(quantity=2), paid_at=at("2026-02-01")),
            a_paid_order(paid_at=at("2026-01-02", 14)),
            a_paid_order(paid_at=at("2026-01-31")),
        )
        report = await timeline(owner, start_date="2026-02-01", end_date="2026-02-28", by="month")
        assert report["total"]["previous"]["revenue"] == 232.0
        assert report["total"]["previous_to_date"]["revenue"] == 116.0
        assert report["total"]["change_percent"]["revenue"] == 100.0


class TestWhatCounts:
    async def test_returns_and_cancellations_come_off_the_day_of_the_sale(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        kept, cancelled = (
            a_paid_order(a_line(quantity=3), payment_method="WEB", paid_at=at("2026-02-25")) for _ in range(2)
        )
        await consume(a_return(kept, {1: 1}))  # before the payment is heard of
        await consume(kept, cancelled, kept)
        await consume(a_cancellation(cancelled))
        (day,) = (await timeline(owner, start_date="2026-02-25", end_date="2026-02-25"))["timeline"]
        assert (day["revenue"], day["tickets"], day["units"]) == (232.0, 1, 2)
        assert day["channels"]["POS"] == NOTHING

    async def test_a_day_is_the_store_s_day(self, owner: httpx.AsyncClient, consume: Consume) -> None:
        await consume(
            a_paid_order(paid_at=datetime(2026, 2, 26, 5, 59, 59, tzinfo=UTC)),
            a_paid_order(a_line(quantity=2), paid_at=datetime(2026, 2, 26, 6, 0, tzinfo=UTC)),
        )
        report = await timeline(owner, start_date="2026-02-25", end_date="2026-02-26")
        assert revenues(report) == {"2026-02-25": (116.0, 0.0), "2026-02-26": (232.0, 0.0)}


class TestRefused:
    @pytest.mark.parametrize("by", ["year", "", "DAY", "hour"])
    async def test_another_kind_of_points(self, owner: httpx.AsyncClient, by: str) -> None:
        answer = await owner.get(TIMELINE, params={"by": by})
        assert (answer.status_code, answer.json()) == (400, {"by": [f'"{by}" is not a valid choice.']})

    async def test_more_days_than_ten_years(self, owner: httpx.AsyncClient, consume: Consume) -> None:
        await consume(a_paid_order(paid_at=at("2026-02-25")))
        days = {"start_date": "2016-01-01", "end_date": "2026-02-28"}
        answer = await owner.get(TIMELINE, params=days)
        assert (answer.status_code, answer.headers["x-error-code"]) == (400, "timeline_too_long")
        assert answer.json() == {
            "error": "A timeline has at most 3700 points.",
            "first_system_record": "2026-02-25",
            "last_system_record": "2026-02-25",
        }
        assert len((await timeline(owner, **days, by="month"))["timeline"]) == 122

    @pytest.mark.parametrize("by", ["day", "week", "month", "hour_of_week"])
    async def test_all_days_of_the_calendar(
        self, owner: httpx.AsyncClient, consume: Consume, by: str
    ) -> None:
        await consume(a_paid_order())
        days = {"start_date": "0001-01-01", "end_date": "9999-12-31"}
        assert (await owner.get(TIMELINE, params={**days, "by": by})).status_code == 400
