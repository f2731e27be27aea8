from datetime import date

import pytest

from services.analytics.domain.inventory import STOCK_MAX, threshold_of, unsold_since

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("written", "threshold"),
    [("10", 10), ("0", 0), ("+5", 5), (" 7.0 ", 7), ("-3", -1), ("9" * 90, STOCK_MAX), ("-" + "9" * 90, -1)],
)
def test_a_threshold_is_a_whole_number(written: str, threshold: int) -> None:
    assert threshold_of(written) == threshold


@pytest.mark.parametrize("written", ["ten", "2.5", "1e3", " ", "٣", "½", "1_000", "0x10", "\0", "9" * 5_000])
def test_anything_else_is_none(written: str) -> None:
    assert threshold_of(written) is None


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2023-10-01", date(2023, 10, 1)),
        (None, date(2026, 1, 31)),
        ("", date(2026, 1, 31)),
        ("yesterday", None),
        ("2026-02-30", None),
        ("20231001", None),
        ("2023-10-01T00:00:00", None),
        ("٢٠٢٣-10-01", None),
        ("2023-10-0\0", None),
    ],
)
def test_a_product_is_dead_since_the_day_that_is_written(written: str | None, day: date | None) -> None:
    assert unsold_since(written, today=TODAY) == day
