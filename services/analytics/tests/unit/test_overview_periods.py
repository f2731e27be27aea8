from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.analytics.domain.overview_periods import (
    Comparison,
    ComparisonRefused,
    Kind,
    Range,
    compare,
    period_of,
)
from services.analytics.tests.builders import a_period

STORE = ZoneInfo("America/Mexico_City")
EVERY_DAY = [date(2023, 1, 1) + timedelta(days=days) for days in range(6 * 366)]
NAMED = [each for each in Range if each is not Range.CUSTOM]


def at(day: date) -> datetime:
    return datetime.combine(day, time(14, 32, 10), STORE)


def compared(wanted: Range, today: str, kind: Kind | None = None) -> Comparison:
    day = date.fromisoformat(today)
    found = compare(wanted, period_of(wanted, day), kind, at(day)).comparison
    assert found
    return found


@pytest.mark.parametrize(
    ("wanted", "today", "kind", "start", "end", "is_cut"),
    [
        (Range.TODAY, "2026-03-06", None, "2026-02-27", "2026-02-27", True),
        (Range.TODAY, "2026-03-06", Kind.DAY_BEFORE, "2026-03-05", "2026-03-05", True),
        (Range.TODAY, "2026-03-06", Kind.SAME_WEEKDAY_LAST_YEAR, "2025-03-07", "2025-03-07", True),
        (Range.YESTERDAY, "2026-03-06", None, "2026-02-26", "2026-02-26", False),
        (Range.WEEK, "2026-03-06", None, "2026-02-23", "2026-02-27", True),
        (Range.WEEK, "2027-01-01", Kind.SAME_WEEK_LAST_YEAR, "2025-12-22", "2025-12-26", True),  # 53: 52
        (Range.WEEK, "2026-01-01", Kind.SAME_WEEK_LAST_YEAR, "2024-12-30", "2025-01-02", True),
        (Range.MONTH, "2026-03-06", None, "2026-02-01", "2026-02-06", True),
        (Range.MONTH, "2026-03-31", None, "2026-02-01", "2026-02-28", False),
        (Range.MONTH, "2028-02-29", Kind.SAME_MONTH_LAST_YEAR, "2027-02-01", "2027-02-28", False),
        (Range.YEAR, "2028-02-29", None, "2027-01-01", "2027-02-28", False),
        (Range.YEAR, "2028-03-01", None, "2027-01-01", "2027-03-01", True),
        (Range.LAST_7_DAYS, "2026-03-06", None, "2026-02-21", "2026-02-27", True),
        (Range.LAST_30_DAYS, "2026-03-06", None, "2026-01-06", "2026-02-04", True),
    ],
)
def test_the_days_that_are_compared(
    wanted: Range, today: str, kind: Kind | None, start: str, end: str, *, is_cut: bool
) -> None:
    found = compared(wanted, today, kind)
    assert found.period == a_period(start, end)
    assert found.until == (at(found.period.end) if is_cut else None)


@pytest.mark.parametrize("wanted", NAMED)
def test_on_every_day_of_six_years_every_comparison_lies_before_and_is_cut_where_now_is(
    wanted: Range,
) -> None:
    for today in EVERY_DAY:
        period = period_of(wanted, today)
        for kind in compare(wanted, period, None, at(today)).kinds:
            found = compare(wanted, period, kind, at(today)).comparison
            if found is None:
                assert kind is Kind.NONE
                continue
            assert found.period.start <= found.period.end < period.start
            assert (found.period.end - found.period.start) <= (period.end - period.start) + timedelta(days=1)
            assert found.until is None or found.until == at(found.period.end)
            if kind not in {Kind.PREVIOUS_MONTH, Kind.SAME_MONTH_LAST_YEAR, Kind.PREVIOUS_YEAR}:
                assert found.period.end - found.period.start == period.end - period.start
            if kind in {Kind.SAME_WEEKDAY_LAST_WEEK, Kind.SAME_WEEKDAY_LAST_YEAR, Kind.SAME_WEEK_LAST_YEAR}:
                assert found.period.start.weekday() == period.start.weekday()


def test_a_custom_period_that_is_over_is_compared_whole() -> None:
    found = compare(Range.CUSTOM, a_period("2026-02-01", "2026-02-10"), None, at(date(2026, 3, 6)))
    assert found.comparison == Comparison(Kind.PREVIOUS_PERIOD, a_period("2026-01-22", "2026-01-31"), None)


def test_a_custom_day_is_compared_like_today() -> None:
    found = compare(Range.CUSTOM, a_period("2026-02-10", "2026-02-10"), None, at(date(2026, 3, 6)))
    assert found.comparison
    assert found.comparison.kind is Kind.SAME_WEEKDAY_LAST_WEEK


def test_a_kind_of_another_range_is_refused() -> None:
    with pytest.raises(ComparisonRefused):
        compared(Range.TODAY, "2026-03-06", Kind.PREVIOUS_MONTH)


def cut_at(now: str, zone: str, wanted: Range = Range.TODAY) -> datetime:
    """Up to which moment the earlier days count."""
    moment = datetime.fromisoformat(now).astimezone(ZoneInfo(zone))
    found = compare(wanted, period_of(wanted, moment.date()), None, moment).comparison
    assert found
    assert found.until
    return found.until


@pytest.mark.parametrize(
    ("zone", "now", "until"),
    [
        # A week after the night in which the clock goes back: the first of the two 2:30, as of the two 2:00.
        ("Europe/Madrid", "2026-11-01T02:30:00+01:00", "2026-10-25T02:30:00+02:00"),
        ("Europe/Madrid", "2026-11-01T02:00:00+01:00", "2026-10-25T02:00:00+02:00"),
        ("Europe/Madrid", "2026-11-01T03:00:00+01:00", "2026-10-25T03:00:00+01:00"),
        # In that night itself: whichever of the two, as there was one a week before.
        ("Europe/Madrid", "2026-10-25T02:30:00+02:00", "2026-10-18T02:30:00+02:00"),
        ("Europe/Madrid", "2026-10-25T02:30:00+01:00", "2026-10-18T02:30:00+02:00"),
        # A week after the night in which the clock leaps from 2:00 to 3:00, over 2:30.
        ("Europe/Madrid", "2026-04-05T01:59:59+02:00", "2026-03-29T01:59:59+01:00"),
        ("Europe/Madrid", "2026-04-05T02:00:00+02:00", "2026-03-29T03:00:00+02:00"),
        ("Europe/Madrid", "2026-04-05T02:30:00+02:00", "2026-03-29T03:00:00+02:00"),
        ("Europe/Madrid", "2026-04-05T03:10:00+02:00", "2026-03-29T03:10:00+02:00"),
        # Where the day without its hour 0 begins at 1:00, and where the hour 0 comes twice.
        ("America/Havana", "2024-03-17T00:30:00-04:00", "2024-03-10T01:00:00-04:00"),
        ("America/Havana", "2024-11-10T00:30:00-05:00", "2024-11-03T00:30:00-04:00"),
        # A leap of half an hour.
        ("Australia/Lord_Howe", "2026-10-11T02:10:00+11:00", "2026-10-04T02:30:00+11:00"),
        # The northern border of Mexico has summer time, the capital has none.
        ("America/Tijuana", "2026-03-15T02:30:00-07:00", "2026-03-08T03:00:00-07:00"),
        ("America/Mexico_City", "2026-03-15T02:30:00-06:00", "2026-03-08T02:30:00-06:00"),
    ],
)
def test_a_day_on_which_the_clock_changed_is_cut_at_the_same_time_of_its_clock(
    zone: str, now: str, until: str
) -> None:
    cut = cut_at(now, zone)
    assert cut.isoformat() == until
    assert cut.astimezone(UTC).astimezone(ZoneInfo(zone)).hour == cut.hour  # the hour that is cut


@pytest.mark.parametrize(
    ("first", "kind", "now", "until"),
    [
        # A year of weeks before the night in which the clock goes back it did so too: hour by hour.
        ("2026-10-25", Kind.SAME_WEEKDAY_LAST_YEAR, "2026-10-25T02:30:00+02:00", "2025-10-26T02:30:00+02:00"),
        ("2026-10-25", Kind.SAME_WEEKDAY_LAST_YEAR, "2026-10-25T02:30:00+01:00", "2025-10-26T02:30:00+01:00"),
        # The period of 210 days before ends on the day whose clock leaps over 2:30.
        ("2026-03-30", Kind.PREVIOUS_PERIOD, "2026-10-25T02:30:00+02:00", "2026-03-29T03:00:00+02:00"),
        ("2026-03-30", Kind.PREVIOUS_PERIOD, "2026-10-25T02:30:00+01:00", "2026-03-29T03:00:00+02:00"),
    ],
)
def test_the_hour_that_comes_twice_is_compared_with_the_same_of_two_or_with_the_leap(
    first: str, kind: Kind, now: str, until: str
) -> None:
    moment = datetime.fromisoformat(now).astimezone(ZoneInfo("Europe/Madrid"))
    days = a_period(first, str(moment.date()))
    comparison = compare(Range.CUSTOM, days, kind, moment).comparison
    assert comparison
    assert comparison.until
    assert comparison.until.isoformat() == until


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Europe/Madrid", "2026-04-05"),
        ("Europe/Madrid", "2026-11-01"),
        ("America/Havana", "2026-03-15"),
        ("America/Havana", "2026-11-08"),
        ("America/Tijuana", "2026-03-15"),
    ],
)
def test_more_of_a_day_on_which_the_clock_changed_counts_as_time_goes_on(zone: str, day: str) -> None:
    midnight = datetime.combine(date.fromisoformat(day), time.min, ZoneInfo(zone)).astimezone(UTC)
    moments = [midnight + timedelta(minutes=10 * part) for part in range(6 * 6)]
    cuts = [cut_at(moment.isoformat(), zone).astimezone(UTC) for moment in moments]
    assert cuts == sorted(cuts)


@pytest.mark.parametrize("wanted", [Range.TODAY, Range.WEEK, Range.MONTH, Range.LAST_7_DAYS, Range.YEAR])
def test_the_first_moment_of_a_day_is_compared_with_the_first_moment_of_one(wanted: Range) -> None:
    assert cut_at("2026-03-01T00:00:00-06:00", "America/Mexico_City", wanted).time() == time.min


@pytest.mark.parametrize(
    ("wanted", "today", "kind", "start", "end"),
    [
        (Range.WEEK, "2027-01-01", None, "2026-12-21", "2026-12-25"),  # week 53 beside week 52
        (Range.WEEK, "2027-01-04", None, "2026-12-28", "2026-12-28"),  # week 1 beside week 53
        (Range.WEEK, "2027-01-04", Kind.SAME_WEEK_LAST_YEAR, "2025-12-29", "2025-12-29"),  # of week 1
        (Range.MONTH, "2027-01-31", None, "2026-12-01", "2026-12-31"),
        (Range.MONTH, "2026-03-29", None, "2026-02-01", "2026-02-28"),  # whole, and not cut
        (Range.MONTH, "2028-03-29", None, "2028-02-01", "2028-02-29"),
        (Range.MONTH, "2029-02-28", Kind.SAME_MONTH_LAST_YEAR, "2028-02-01", "2028-02-28"),
        (Range.YEAR, "2029-03-01", None, "2028-01-01", "2028-03-01"),
        (Range.YEAR, "2028-12-31", None, "2027-01-01", "2027-12-31"),
        (Range.TODAY, "2028-02-29", None, "2028-02-22", "2028-02-22"),
        (Range.TODAY, "2028-02-29", Kind.SAME_WEEKDAY_LAST_YEAR, "2027-03-02", "2027-03-02"),
    ],
)
def test_the_borders_of_weeks_months_and_leap_years(
    wanted: Range, today: str, kind: Kind | None, start: str, end: str
) -> None:
    assert compared(wanted, today, kind).period == a_period(start, end)
