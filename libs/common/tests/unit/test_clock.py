"""Times as texts."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from libs.common.clock import iso_utc

MEXICO_CITY = timezone(timedelta(hours=-6))


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (datetime(2023, 10, 27, 10, 0, 0, 999_999, tzinfo=UTC), "2023-10-27T10:00:00Z"),
        (datetime(2023, 10, 27, 10, tzinfo=MEXICO_CITY), "2023-10-27T16:00:00Z"),
        (datetime(1, 1, 1, tzinfo=UTC), "0001-01-01T00:00:00Z"),
    ],
)
def test_a_time_is_written_in_utc_to_the_second_with_four_digits_of_the_year(
    moment: datetime, written: str
) -> None:
    assert iso_utc(moment) == written
