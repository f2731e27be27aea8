"""The store's calendar, also where its clock is changed."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from libs.common.store_calendar import (
    bounds_of_days,
    month_of,
    next_month,
    start_of_day,
    store_day,
    store_hour,
)
from libs.testing.properties import given, st

MEXICO_CITY = ZoneInfo("America/Mexico_City")
zones = st.sampled_from(
    [
        ZoneInfo(name)
        for name in (
            "America/Mexico_City",
            "America/New_York",
            "America/Havana",
            "Europe/Madrid",
            "Australia/Lord_Howe",
            "Asia/Kathmandu",
        )
    ]
)


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


def test_days_begin_with_the_first_and_end_after_the_last() -> None:
    first, last = datetime(2026, 3, 2, 6, tzinfo=UTC), datetime(2026, 3, 4, 6, tzinfo=UTC)
    assert bounds_of_days(date(2026, 3, 2), date(2026, 3, 3), MEXICO_CITY) == (first, last)


@pytest.mark.parametrize("last", [None, date.max])
def test_days_without_an_end_have_no_bound(last: date | None) -> None:
    assert bounds_of_days(None, last, MEXICO_CITY) == (None, None)


@given(zones, st.dates(date(2000, 1, 1), date(2035, 12, 31)))
def test_half_past_eleven_on_the_last_evening_is_in_the_month_wherever_the_store_is(
    timezone: ZoneInfo, day: date
) -> None:
    last_of_month = next_month(day) - timedelta(days=1)
    sold = datetime.combine(last_of_month, time(23, 30), timezone).astimezone(UTC)
    assert store_hour(sold, timezone) == (last_of_month, 23)
    assert month_of(store_day(sold, timezone)) == month_of(day)


@given(zones, st.integers(0, 36 * 366 * 24 * 60))
def test_a_moment_is_on_the_day_that_has_begun_and_not_ended(timezone: ZoneInfo, minutes: int) -> None:
    moment = datetime(2000, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    day, hour = store_hour(moment, timezone)
    assert day == store_day(moment, timezone)
    assert start_of_day(day, timezone) <= moment < start_of_day(day + timedelta(days=1), timezone)
    assert 0 <= hour < 24


@pytest.mark.parametrize(
    ("zone", "day", "minutes", "skipped"),
    [
        ("America/New_York", date(2026, 3, 8), 23 * 60, {2}),
        ("America/New_York", date(2026, 11, 1), 25 * 60, set()),
        ("Europe/Madrid", date(2026, 3, 29), 23 * 60, {2}),
        ("Europe/Madrid", date(2026, 10, 25), 25 * 60, set()),
        ("Australia/Lord_Howe", date(2026, 10, 4), 23 * 60 + 30, set()),  # its clock moves by half an hour
        ("Australia/Lord_Howe", date(2026, 4, 5), 24 * 60 + 30, set()),
        ("America/Mexico_City", date(2026, 3, 8), 24 * 60, set()),
    ],
)
def test_a_day_has_each_hour_of_the_clock_once_however_long_it_is(
    zone: str, day: date, minutes: int, skipped: set[int]
) -> None:
    timezone = ZoneInfo(zone)
    begin = start_of_day(day, timezone).astimezone(UTC)
    end = start_of_day(day + timedelta(days=1), timezone).astimezone(UTC)
    assert end - begin == timedelta(minutes=minutes)
    hours = {store_hour(begin + timedelta(minutes=minute), timezone) for minute in range(minutes)}
    assert hours == {(day, hour) for hour in set(range(24)) - skipped}
