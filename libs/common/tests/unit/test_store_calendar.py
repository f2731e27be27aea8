"""The store's calendar, also where its clock is changed."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from libs.common.store_calendar import month_of, next_month, start_of_day, store_day, store_hour

MEXICO_CITY = ZoneInfo("America/Mexico_City")


def test_an_evening_sale_counts_on_the_store_s_day_not_on_the_next_day_of_utc() -> None:
    assert store_hour(datetime(2026, 3, 3, 5, 59, 59, tzinfo=UTC), MEXICO_CITY) == (date(2026, 3, 2), 23)


def test_the_store_s_day_begins_at_its_own_midnight() -> None:
    assert store_hour(datetime(2026, 3, 3, 6, 0, tzinfo=UTC), MEXICO_CITY) == (date(2026, 3, 3), 0)


def test_an_hour_ends_with_its_last_second() -> None:
    assert store_hour(datetime(2026, 3, 2, 20, 59, 59, 999_999, tzinfo=UTC), MEXICO_CITY).hour == 14


def test_the_hour_that_a_clock_change_repeats_is_one_hour() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    first, second = (store_hour(datetime(2026, 10, 25, hour, 30, tzinfo=UTC), berlin) for hour in (0, 1))
    assert first == second == (date(2026, 10, 25), 2)


@pytest.mark.parametrize(
    ("day", "first", "following"),
    [
        (date(2026, 1, 31), date(2026, 1, 1), date(2026, 2, 1)),
        (date(2028, 2, 29), date(2028, 2, 1), date(2028, 3, 1)),
        (date(2026, 12, 1), date(2026, 12, 1), date(2027, 1, 1)),
    ],
)
def test_months_run_from_first_to_first(day: date, first: date, following: date) -> None:
    assert (month_of(day), next_month(day)) == (first, following)


def test_the_day_of_a_purchase_is_the_stores() -> None:
    last_evening_of_february = datetime(2026, 3, 1, 5, 59, tzinfo=UTC)
    assert store_day(last_evening_of_february, MEXICO_CITY) == date(2026, 2, 28)
    assert month_of(store_day(last_evening_of_february, MEXICO_CITY)) == date(2026, 2, 1)


@pytest.mark.parametrize(
    "zone", ["America/Mexico_City", "America/Havana", "America/Sao_Paulo", "Europe/Berlin", "Asia/Kathmandu"]
)
def test_a_day_starts_where_the_one_before_ends(zone: str) -> None:
    timezone = ZoneInfo(zone)  # Havana repeats midnight, São Paulo skipped it until 2019
    for number in range(3 * 365):
        day = date(2017, 1, 1) + timedelta(days=number)
        start = start_of_day(day, timezone).astimezone(UTC)
        assert store_day(start, timezone) == day
        assert store_day(start - timedelta(microseconds=1), timezone) == day - timedelta(days=1)
