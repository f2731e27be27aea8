"""Frequent customers: months of four, five and six weeks."""

from datetime import date

import pytest

from services.customers.domain.frequency import is_frequent, week_of, weeks_in

FEBRUARY_2027 = date(2027, 2, 1)  # Monday the 1st to Sunday the 28th: four whole weeks
JANUARY_2026 = date(2026, 1, 1)  # begins on a Thursday


def weeks_of(*days: date) -> list[date]:
    return [week_of(day) for day in days]


@pytest.mark.parametrize(
    ("month", "weeks"), [(FEBRUARY_2027, 4), (JANUARY_2026, 5), (date(2026, 3, 1), 6), (date(2026, 12, 1), 5)]
)
def test_a_month_has_the_weeks_that_share_a_day_with_it(month: date, weeks: int) -> None:
    assert len(weeks_in(month)) == weeks


def test_a_week_begins_on_monday_also_across_the_new_year() -> None:
    assert week_of(date(2026, 1, 1)) == week_of(date(2025, 12, 29)) == date(2025, 12, 29)
    assert week_of(date(2026, 1, 4)) == date(2025, 12, 29)
    assert week_of(date(2026, 1, 5)) == date(2026, 1, 5)


def test_a_purchase_in_each_week_makes_frequent() -> None:
    bought = weeks_of(date(2027, 2, 7), date(2027, 2, 8), date(2027, 2, 20), date(2027, 2, 28))
    assert is_frequent(bought, FEBRUARY_2027)


def test_a_week_without_a_purchase_does_not() -> None:
    bought = weeks_of(date(2027, 2, 7), date(2027, 2, 8), date(2027, 2, 28))
    assert not is_frequent(bought, FEBRUARY_2027)


def test_the_short_week_at_the_edge_of_the_month_counts_too() -> None:
    whole_weeks = weeks_of(date(2026, 1, 5), date(2026, 1, 12), date(2026, 1, 19), date(2026, 1, 26))
    assert not is_frequent(whole_weeks, JANUARY_2026)
    assert is_frequent([*whole_weeks, week_of(date(2026, 1, 1))], JANUARY_2026)


def test_a_month_without_purchases_does_not() -> None:
    assert not is_frequent([], FEBRUARY_2027)
