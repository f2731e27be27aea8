"""Parts of periods and the days with which they are compared, by hand and for random periods."""

from datetime import date, timedelta

import pytest

from libs.testing.properties import given, st
from services.analytics.domain.calendar_parts import (
    By,
    TimelineTooLong,
    check_length,
    occurrences,
    parts_of,
    step_back,
)
from services.analytics.domain.periods import Period, Records
from services.analytics.tests.builders import a_period

NO_RECORDS = Records(None, None)

periods = st.builds(
    lambda start, days: Period(start, start + timedelta(days=days)),
    st.dates(date(2019, 1, 1), date(2027, 1, 1)),
    st.integers(0, 800),
)


def days_of(period: Period) -> list[date]:
    return [period.start + timedelta(days=number) for number in range((period.end - period.start).days + 1)]


def parts(start: str, end: str, by: By) -> list[tuple[str, str]]:
    return [(str(part.start), str(part.end)) for part in parts_of(a_period(start, end), by)]


def previous(start: str, end: str, by: By) -> tuple[str, str]:
    period = a_period(start, end)
    earlier = step_back(period, by).of_period(period)
    return str(earlier.start), str(earlier.end)


def test_every_day_is_a_part() -> None:
    assert parts("2026-02-27", "2026-03-01", By.DAY) == [
        ("2026-02-27", "2026-02-27"),
        ("2026-02-28", "2026-02-28"),
        ("2026-03-01", "2026-03-01"),
    ]


def test_weeks_begin_on_monday_and_are_cut_by_the_period() -> None:
    assert parts("2026-03-04", "2026-03-17", By.WEEK) == [
        ("2026-03-04", "2026-03-08"),
        ("2026-03-09", "2026-03-15"),
        ("2026-03-16", "2026-03-17"),
    ]


@pytest.mark.parametrize(
    ("by", "last"),
    [
        (By.DAY, ("9999-12-31", "9999-12-31")),
        (By.WEEK, ("9999-12-27", "9999-12-31")),
        (By.MONTH, ("9999-12-01", "9999-12-31")),
    ],
)
def test_no_part_goes_beyond_the_last_day_of_all(by: By, last: tuple[str, str]) -> None:
    assert parts("9999-11-29", "9999-12-31", by)[-1] == last


def test_months_are_cut_by_the_period() -> None:
    assert parts("2025-12-30", "2026-02-28", By.MONTH) == [
        ("2025-12-30", "2025-12-31"),
        ("2026-01-01", "2026-01-31"),
        ("2026-02-01", "2026-02-28"),
    ]


@pytest.mark.parametrize("by", [By.DAY, By.WEEK, By.MONTH])
def test_a_single_day_is_one_part(by: By) -> None:
    assert parts("2026-03-01", "2026-03-01", by) == [("2026-03-01", "2026-03-01")]


def test_days_are_compared_with_as_many_days_before() -> None:
    assert previous("2026-03-01", "2026-03-10", By.DAY) == ("2026-02-19", "2026-02-28")


def test_whole_weeks_are_compared_with_the_weeks_before() -> None:
    assert previous("2026-03-02", "2026-03-15", By.WEEK) == ("2026-02-16", "2026-03-01")


def test_mondays_meet_mondays_also_if_the_weeks_are_cut() -> None:
    assert previous("2026-03-04", "2026-03-11", By.WEEK) == ("2026-02-18", "2026-02-25")


def test_hours_of_the_week_are_compared_with_the_same_weekdays() -> None:
    assert previous("2026-03-04", "2026-03-04", By.HOUR_OF_WEEK) == ("2026-02-25", "2026-02-25")


@pytest.mark.parametrize(
    ("period", "earlier"),
    [
        (("2026-03-01", "2026-03-31"), ("2026-02-01", "2026-02-28")),
        (("2026-02-01", "2026-02-28"), ("2026-01-01", "2026-01-31")),
        (("2026-03-01", "2026-03-15"), ("2026-02-01", "2026-02-15")),
        (("2026-02-02", "2026-02-28"), ("2026-01-02", "2026-01-28")),
        (("2026-01-01", "2026-03-31"), ("2025-10-01", "2025-12-31")),
        (("2026-01-15", "2026-02-10"), ("2025-12-15", "2026-01-10")),
        (("2026-01-31", "2026-03-02"), ("2025-11-30", "2026-01-02")),
        (("2026-03-31", "2026-03-31"), ("2026-02-28", "2026-02-28")),
        (("2025-01-01", "2025-12-31"), ("2024-01-01", "2024-12-31")),
    ],
)
def test_months_are_compared_with_the_same_days_of_the_months_before(
    period: tuple[str, str], earlier: tuple[str, str]
) -> None:
    assert previous(*period, By.MONTH) == earlier


@given(period=periods, by=st.sampled_from(By))
def test_the_period_before_ends_before_the_period_and_has_as_many_parts(period: Period, by: By) -> None:
    earlier = step_back(period, by).of_period(period)
    assert earlier.start <= earlier.end < period.start
    assert len(parts_of(earlier, by)) == len(parts_of(period, by))


@given(period=periods, by=st.sampled_from(By))
def test_the_parts_are_the_period(period: Period, by: By) -> None:
    assert [day for part in parts_of(period, by) for day in days_of(part)] == days_of(period)


@given(period=periods)
def test_a_weekday_occurs_as_often_as_it_is_among_the_days(period: Period) -> None:
    weekdays = [day.isoweekday() for day in days_of(period)]
    assert [occurrences(period, weekday) for weekday in range(1, 8)] == [
        weekdays.count(weekday) for weekday in range(1, 8)
    ]


def test_before_the_year_1_there_is_nothing_to_compare_with() -> None:
    assert previous("0001-01-02", "0001-01-05", By.DAY) == ("0001-01-01", "0001-01-01")
    assert previous("0001-01-02", "0001-01-05", By.MONTH) == ("0001-01-01", "0001-01-01")


def test_ten_years_of_days_are_shown() -> None:
    period = Period(date(2016, 1, 1), date(2016, 1, 1) + timedelta(days=3_699))
    check_length(period, By.DAY, NO_RECORDS)
    assert len(parts_of(period, By.DAY)) == 3_700


def test_more_days_are_too_many() -> None:
    period = Period(date(2016, 1, 1), date(2016, 1, 1) + timedelta(days=3_700))
    for by in (By.WEEK, By.MONTH, By.HOUR_OF_WEEK):
        check_length(period, by, NO_RECORDS)
    with pytest.raises(TimelineTooLong):
        check_length(period, By.DAY, NO_RECORDS)


@pytest.mark.parametrize("by", By)
def test_all_days_of_the_calendar_are_too_many_parts(by: By) -> None:
    with pytest.raises(TimelineTooLong):
        check_length(Period(date.min, date.max), by, NO_RECORDS)
