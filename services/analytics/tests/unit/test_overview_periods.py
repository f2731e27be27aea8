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


@pytest.mark.parametrize(
    ("now", "until"),
    [
        # A week after the night in which the clock goes back: the first of the two 2:30.
        ("2026-11-01T02:30:00+01:00", "2026-10-25T00:30:00+00:00"),
        # A week after the night in which there is no 2:30.
        ("2026-04-05T02:30:00+02:00", "2026-03-29T01:30:00+00:00"),
    ],
)
def test_a_day_on_which_the_clock_changed_is_cut_at_the_same_time_of_its_clock(now: str, until: str) -> None:
    madrid = ZoneInfo("Europe/Madrid")
    moment = datetime.fromisoformat(now).astimezone(madrid)
    found = compare(Range.TODAY, period_of(Range.TODAY, moment.date()), None, moment).comparison
    assert found
    assert found.until
    assert found.until.astimezone(UTC) == datetime.fromisoformat(until)
