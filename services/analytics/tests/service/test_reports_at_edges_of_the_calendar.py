"""Sales at the end of a month, and in the hours that a clock change repeats and skips, in every report."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from libs.common.db.database import Database
from libs.testing.clock import FakeClock
from libs.testing.received import received
from services.analytics.domain.calendar_parts import By
from services.analytics.domain.product_ranking import Cut
from services.analytics.tests.builders import a_customer, a_paid_order
from services.analytics.tests.histories import ZONES
from services.analytics.tests.plain import Plain
from services.analytics.tests.plain_reports import assert_reports_are_plain
from services.analytics.tests.streams import consume_in_parallel
from services.analytics.usecases.reports.charting import chart_sales
from services.analytics.usecases.reports.customer_sales import tell_customer_sales
from services.analytics.usecases.reports.desk import Desk
from services.analytics.usecases.reports.overviewing import WantedOverview, open_overview
from services.analytics.usecases.reports.ranking import rank_products
from services.analytics.usecases.reports.staffing import sum_staff_sales
from services.analytics.usecases.reports.summarising import summarise_sales
from services.analytics.usecases.reports.taxing import sum_taxes

LAST_OF_JANUARY, FIRST_OF_FEBRUARY = date(2026, 1, 31), date(2026, 2, 1)


def at(timezone: ZoneInfo, day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, timezone).astimezone(UTC)


@pytest.mark.parametrize("timezone", ZONES, ids=str)
async def test_a_sale_late_on_the_last_evening_is_in_that_month_in_every_report(
    database: Database, clock: FakeClock, timezone: ZoneInfo
) -> None:
    evening = a_paid_order(paid_at=at(timezone, LAST_OF_JANUARY, time(23, 30)), customer_id=1, user_id=1)
    night = a_paid_order(paid_at=at(timezone, FIRST_OF_FEBRUARY, time(0, 0)), customer_id=1, user_id=2)
    heard = [received(event) for event in (evening, night, a_customer(1))]
    await consume_in_parallel(database, heard, timezone=timezone)
    desk, january = Desk(database, clock, timezone), ("2026-01-01", "2026-01-31")

    summary = (await summarise_sales(*january, desk=desk)).content
    ranking = (await rank_products(*january, cut=Cut(), desk=desk)).content
    customer = (await tell_customer_sales(1, *january, desk=desk)).content
    timeline = (await chart_sales(*january, By.MONTH, desk=desk)).content
    staff = (await sum_staff_sales(*january, desk=desk)).content
    taxes = (await sum_taxes(*january, desk=desk)).content

    assert (summary.overall.tickets, [hour.hour for hour in summary.hours]) == (1, [23])
    assert ranking.most_sold is not None
    assert [product.units_sold for product in ranking.most_sold] == [1]
    assert customer.overall is not None
    assert customer.overall.tickets == 1
    assert [part.sold.together.tickets for part in timeline.parts] == [1]
    assert [seller.user_id for seller in staff.sellers] == [1]
    assert [day.day for day in taxes.days] == [LAST_OF_JANUARY]
    for start, end in (january, ("2026-01-31", "2026-02-01"), ("2026-02-01", "2026-02-28")):
        await assert_reports_are_plain(
            desk, Plain(heard, timezone), date.fromisoformat(start), date.fromisoformat(end)
        )


@pytest.mark.parametrize(
    ("zone", "day", "clock_time", "hour"),
    [
        ("America/New_York", date(2025, 11, 2), time(1, 30), 1),
        ("Europe/Madrid", date(2025, 10, 26), time(2, 30), 2),
        ("Australia/Lord_Howe", date(2025, 4, 6), time(1, 45), 1),
    ],
)
async def test_the_hour_that_a_clock_change_repeats_is_one_hour_of_the_reports(
    database: Database, clock: FakeClock, zone: str, day: date, clock_time: time, hour: int
) -> None:
    timezone = ZoneInfo(zone)
    moments = [datetime.combine(day, clock_time, timezone).replace(fold=fold) for fold in (0, 1)]
    assert moments[0].astimezone(UTC) < moments[1].astimezone(UTC)
    heard = [received(a_paid_order(paid_at=moment.astimezone(UTC))) for moment in moments]
    await consume_in_parallel(database, heard, timezone=timezone)
    desk = Desk(database, clock, timezone)

    summary = (await summarise_sales(str(day), str(day), desk=desk)).content
    timeline = (await chart_sales(str(day), str(day), By.HOUR_OF_WEEK, desk=desk)).content

    assert [(each.hour, each.tickets) for each in summary.hours] == [(hour, 2)]
    assert [
        (each.weekday, each.hour, each.occurrences, each.sold.together.tickets)
        for each in timeline.hours
        if each.sold.together.tickets
    ] == [(7, hour, 1, 2)]
    await assert_reports_are_plain(desk, Plain(heard, timezone), day, day)


async def test_parts_of_two_hours_that_a_clock_change_repeats_come_after_the_moment_of_the_comparison(
    database: Database, clock: FakeClock
) -> None:
    """On the Chatham Islands 5 April 2026 had the times from 2:45 to 3:45 twice."""
    timezone = ZoneInfo("Pacific/Chatham")
    heard = [
        received(a_paid_order(paid_at=datetime(2026, 4, 5, hour, minute, tzinfo=timezone, fold=fold)))
        for hour, minute in ((2, 50), (3, 5), (3, 20))
        for fold in (0, 1)
    ]
    await consume_in_parallel(database, heard, timezone=timezone)
    clock.set(datetime(2026, 4, 12, 3, 10, tzinfo=timezone))

    page = (await open_overview(WantedOverview(), desk=Desk(database, clock, timezone))).content

    assert page.previous is not None
    assert page.previous_series is not None
    assert page.previous.tickets == 2
    assert [point.tickets for point in page.previous_series if point.tickets] == [1, 1]
