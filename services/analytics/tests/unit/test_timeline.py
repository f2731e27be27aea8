from datetime import date
from decimal import Decimal

import pytest

from libs.common.store_calendar import StoreHour
from services.analytics.domain.calendar_parts import By, step_back
from services.analytics.domain.sold import (
    NOTHING,
    Change,
    ChannelSold,
    Sold,
    change_of,
    percent_of,
)
from services.analytics.domain.timeline import (
    HourSold,
    PartSold,
    Span,
    Timeline,
    timeline_of_hours,
    timeline_of_parts,
)
from services.analytics.tests.builders import a_period


def a_span(start: str, end: str, by: By, *, now: str = "2027-01-01 12") -> Span:
    period = a_period(start, end)
    day, hour = now.split()
    return Span(by, period, step_back(period, by), StoreHour(date.fromisoformat(day), int(hour)))


def sold_on(day: str, revenue: str, channel: str = "POS") -> PartSold:
    return PartSold(1, 2, Decimal(revenue), channel, date.fromisoformat(day))


def sold_at(weekday: int, hour: int, revenue: str) -> HourSold:
    return HourSold(1, 2, Decimal(revenue), "POS", weekday, hour)


def revenues(timeline: Timeline) -> list[tuple[int, int]]:
    return [(int(p.sold.together.revenue), int(p.previous.together.revenue)) for p in timeline.parts]


def test_days_without_sales_are_there_beside_the_days_before() -> None:
    span = a_span("2026-03-02", "2026-03-04", By.DAY)
    sold = [sold_on("2026-03-02", "10"), sold_on("2026-03-04", "30"), sold_on("2026-03-04", "5", "WEB")]
    assert revenues(timeline_of_parts(span, sold, [sold_on("2026-02-28", "7")], None)) == [
        (10, 0),
        (0, 7),
        (35, 0),
    ]


def test_totals_are_by_channel_and_together() -> None:
    span = a_span("2026-03-02", "2026-03-04", By.DAY)
    sold = [sold_on("2026-03-02", "10"), sold_on("2026-03-02", "5", "WEB"), sold_on("2026-03-04", "30")]
    total = timeline_of_parts(span, sold, [], None).total
    assert total.sold.together == Sold(3, 6, Decimal(45))
    assert total.sold.of("POS").revenue == 40
    assert total.sold.of("WEB").revenue == 5
    assert total.previous.together == NOTHING


def test_a_period_that_is_over_is_compared_as_a_whole() -> None:
    span = a_span("2026-03-02", "2026-03-02", By.DAY)
    timeline = timeline_of_parts(span, [sold_on("2026-03-02", "30")], [sold_on("2026-03-01", "20")], None)
    assert timeline.total.change == Change(Decimal(50), Decimal(0), Decimal(0), Decimal(50))


def test_a_running_period_is_compared_with_what_was_sold_by_the_same_hour() -> None:
    span = a_span("2026-03-02", "2026-03-02", By.DAY, now="2026-03-02 14")
    so_far = ChannelSold(1, 1, Decimal(10), "POS")
    timeline = timeline_of_parts(span, [sold_on("2026-03-02", "30")], [sold_on("2026-03-01", "20")], [so_far])
    assert timeline.total.change.revenue == 200
    assert timeline.total.previous.together.revenue == 20


def test_a_part_is_over_after_its_last_day() -> None:
    span = a_span("2026-03-02", "2026-03-04", By.DAY, now="2026-03-03 14")
    assert [part.is_over for part in timeline_of_parts(span, [], [], []).parts] == [True, False, False]


@pytest.mark.parametrize(
    ("by", "start", "now", "same_hour"),
    [
        (By.DAY, "2026-03-02", "2026-03-03 14", "2026-03-01 14"),
        (By.WEEK, "2026-03-02", "2026-03-03 14", "2026-02-24 14"),
        (By.MONTH, "2026-03-01", "2026-03-03 14", "2026-02-03 14"),
    ],
)
def test_the_same_hour_before_is_as_far_back_as_the_period_before(
    by: By, start: str, now: str, same_hour: str
) -> None:
    before = a_span(start, "2026-03-03", by, now=now).same_hour_before
    assert f"{before.day} {before.hour}" == same_hour


def test_a_week_has_168_hours_from_monday_midnight() -> None:
    span = a_span("2026-03-02", "2026-03-15", By.HOUR_OF_WEEK)
    hours = timeline_of_hours(span, [sold_at(7, 23, "5")], [sold_at(1, 0, "3")], None).hours
    assert len(hours) == 168
    assert hours[-1].sold.together.revenue == 5
    assert hours[0].previous.together.revenue == 3


def test_an_hour_of_the_week_occurs_once_for_each_of_its_weekdays() -> None:
    span = a_span("2026-03-02", "2026-03-10", By.HOUR_OF_WEEK)  # two Mondays and Tuesdays
    assert [span.times_come(weekday, 12) for weekday in range(1, 8)] == [2, 2, 1, 1, 1, 1, 1]


def test_an_hour_of_the_week_has_averages_for_each_time_that_it_came() -> None:
    span = a_span("2026-03-02", "2026-03-15", By.HOUR_OF_WEEK)
    first = timeline_of_hours(span, [sold_at(1, 0, "5.01")], [], None).hours[0]
    assert (first.average_revenue, first.average_tickets) == (Decimal("2.51"), Decimal("0.50"))


def test_hours_that_are_to_come_do_not_occur_yet() -> None:
    span = a_span("2026-03-02", "2026-03-08", By.HOUR_OF_WEEK, now="2026-03-03 14")
    assert [span.times_come(2, hour) for hour in (13, 14, 15)] == [1, 1, 0]
    assert [span.times_come(weekday, 0) for weekday in (1, 2, 3)] == [1, 1, 0]


def test_no_hour_has_come_of_a_period_that_has_not_begun() -> None:
    assert a_span("2026-03-02", "2026-03-08", By.HOUR_OF_WEEK, now="2026-03-01 14").times_come(1, 0) == 0


def test_an_average_is_rounded_half_up_and_0_without_tickets() -> None:
    assert Sold(2, 2, Decimal("0.03")).average_ticket == Decimal("0.02")
    assert NOTHING.average_ticket == 0


def test_there_is_no_change_since_nothing() -> None:
    assert change_of(Sold(1, 1, Decimal(1)), NOTHING) == Change(None, None, None, None)


def test_changes_have_two_decimals() -> None:
    assert change_of(Sold(2, 1, Decimal(1)), Sold(3, 3, Decimal(3))).revenue == Decimal("-66.67")


def test_a_share_of_nothing_is_0() -> None:
    assert percent_of(Decimal(0), Decimal(0)) == 0
