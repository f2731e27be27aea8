from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta

import pytest

from libs.common.store_calendar import year_of
from services.analytics.api.pos.door import pos
from services.analytics.domain.periods import (
    NOTHING,
    DateMalformed,
    NoSalesInPeriod,
    Period,
    PeriodReversed,
    Records,
    Stretch,
    Tiers,
    check_overlap,
    no_sales,
    requested_period,
    tiers,
)

TODAY = date(2026, 3, 2)
RECORDS = Records(date(2023, 1, 15), date(2026, 3, 1))
FIRST, LAST = date(2023, 1, 15), date(2026, 3, 1)


def period(start: str | None, end: str | None) -> Period:
    return requested_period(start, end, today=TODAY, records=RECORDS)


def test_without_dates_it_is_the_thirty_days_up_to_today() -> None:
    assert period(None, None) == Period(date(2026, 1, 31), TODAY)


def test_start_date_alone_runs_to_today() -> None:
    assert period("2025-12-24", None) == Period(date(2025, 12, 24), TODAY)


def test_end_date_alone_starts_thirty_days_before_it() -> None:
    assert period(None, "2025-12-31") == Period(date(2025, 12, 1), date(2025, 12, 31))


def test_an_empty_date_is_a_missing_one() -> None:
    assert period("", "") == period(None, None)


def test_one_day_is_a_period() -> None:
    assert period("2025-12-24", "2025-12-24") == Period(date(2025, 12, 24), date(2025, 12, 24))


def test_a_start_date_alone_that_is_still_to_come_is_that_day() -> None:
    assert period("2026-03-09", None) == Period(date(2026, 3, 9), date(2026, 3, 9))


def test_thirty_days_before_the_first_days_of_the_calendar_stop_at_its_beginning() -> None:
    assert period(None, "0001-01-05").start == date.min


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-30", "2026-13-01", "0000-01-01", "99999-01-01", "20260302", "2026-W10-1", "2026-3-2",
        "02-03-2026", "2026-03-02T00:00:00", " 2026-03-02", "2026-03-02\n", "2026-03-0\0", "٢٠٢٦-٠٣-٠٢",
        "31-12-2024", "2024-02-30", "99999999999-01-01", "yesterday", "-", "😀", "\ufffd",
    ],
)  # fmt: skip
def test_anything_but_a_day_as_year_month_day_is_malformed(text: str) -> None:
    with pytest.raises(DateMalformed):
        period(text, None)
    with pytest.raises(DateMalformed):
        period(None, text)


def test_a_period_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(PeriodReversed):
        period("2026-03-02", "2026-03-01")


def test_a_refusal_says_which_days_have_records() -> None:
    with pytest.raises(PeriodReversed) as refusal:
        period("9999-12-31", "2026-03-01")
    assert refusal.value.details == {
        "first_system_record": "2023-01-15",
        "last_system_record": "2026-03-01",
    }


def test_no_sale_on_one_day_names_the_day() -> None:
    day = date(2024, 12, 31)
    assert pos.answer(no_sales(Period(day, day), RECORDS)).body["error"] == (
        "No sales found for the date 2024-12-31 in the system."
    )


def test_no_sale_in_a_period_names_both_ends() -> None:
    asked = Period(date(2024, 12, 1), date(2024, 12, 31))
    assert pos.answer(no_sales(asked, RECORDS)).body["error"] == (
        "No sales found between 2024-12-01 and 2024-12-31 in the system."
    )


def test_before_the_first_sale_there_are_no_records() -> None:
    with pytest.raises(NoSalesInPeriod) as refusal:
        check_overlap(Period(TODAY, TODAY), Records(None, None))
    details = {"first_system_record": None, "last_system_record": None}
    assert refusal.value.details == {**details, "start": TODAY, "end": TODAY}


@pytest.mark.parametrize("day", [FIRST - timedelta(days=1), LAST + timedelta(days=1), date.min, date.max])
def test_a_period_wholly_outside_of_the_records_has_no_sales(day: date) -> None:
    with pytest.raises(NoSalesInPeriod):
        check_overlap(Period(day, day), RECORDS)


@pytest.mark.parametrize("day", [FIRST, LAST])
def test_the_days_of_record_themselves_are_inside(day: date) -> None:
    check_overlap(Period(day, day), RECORDS)


def test_whole_months_lie_between_days() -> None:
    parts = tiers(Period(date(2024, 1, 20), date(2024, 4, 10)))
    assert parts.days == (
        Stretch(date(2024, 1, 20), date(2024, 2, 1), 1),
        Stretch(date(2024, 4, 1), date(2024, 4, 11), 1),
    )
    assert parts.months[0] == Stretch(date(2024, 2, 1), date(2024, 4, 1), 1)
    assert parts.sums == 12 + 2 + 10


def test_a_year_until_today_is_a_year_less_what_is_left_of_it() -> None:
    parts = tiers(Period(date(2026, 1, 1), date(2026, 11, 27)))
    assert parts.years == Stretch(date(2026, 1, 1), date(2027, 1, 1), 1)
    assert parts.months[1] == Stretch(date(2026, 12, 1), date(2027, 1, 1), -1)
    assert parts.days[1] == Stretch(date(2026, 11, 28), date(2026, 12, 1), -1)
    assert parts.sums == 1 + 1 + 3


@pytest.mark.parametrize(
    "asked",
    [
        Period(date(2024, 2, 6), date(2024, 2, 20)),
        Period(date(2024, 1, 20), date(2024, 2, 10)),
        Period(date(2024, 12, 31), date(2025, 1, 1)),
        Period(date(2024, 2, 1), date(2024, 2, 1)),
    ],
)
def test_days_that_are_few_are_days(asked: Period) -> None:
    parts = tiers(asked)
    assert parts.days[0] == Stretch(asked.start, asked.end + timedelta(days=1), 1)
    assert parts.sums == (asked.end - asked.start).days + 1


def test_a_period_may_reach_to_the_ends_of_the_calendar() -> None:
    parts = tiers(Period(date.min, date.max))
    assert parts.years == Stretch(date.min, date(9999, 1, 1), 1)
    assert parts.sums == 9998


def test_of_no_period_nothing_is_read() -> None:
    assert NOTHING.sums == 0


@pytest.mark.parametrize("years", [1, 3])
def test_sums_make_exactly_the_days_of_the_period(years: int) -> None:
    first = date(2023, 11, 20)
    days = [first + timedelta(days=offset) for offset in range(0, years * 366, years * 7)]
    for start in days:
        for end in days:
            if start <= end:
                assert counted(tiers(Period(start, end))) == {
                    start + timedelta(days=day): 1 for day in range((end - start).days + 1)
                }


def counted(parts: Tiers) -> Mapping[date, int]:
    """How often each day is in the sums. Months are whole ones, and so are years."""
    times: Counter[date] = Counter()
    for span in (*parts.days, *parts.months, parts.years):
        for day in range((span.stop - span.start).days):
            times[span.start + timedelta(days=day)] += span.sign
    for span in (*parts.months, parts.years):
        assert span.start == span.stop or {span.start.day, span.stop.day} == {1}
    assert parts.years.start == parts.years.stop or parts.years.start == year_of(parts.years.start)
    return {day: number for day, number in times.items() if number}
