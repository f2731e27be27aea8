"""Moments on the command line."""

from datetime import UTC, datetime

import pytest

from libs.common.messaging.history import moment
from libs.testing.clock import FakeClock


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-01T00:00:00Z", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-03-01T00:00:00-06:00", datetime(2026, 3, 1, 6, tzinfo=UTC)),
        ("30m", datetime(2026, 3, 2, 17, 30, tzinfo=UTC)),
        ("2h", datetime(2026, 3, 2, 16, tzinfo=UTC)),
        ("5d", datetime(2026, 2, 25, 18, tzinfo=UTC)),
    ],
)
def test_a_time_with_its_zone_or_an_age(clock: FakeClock, text: str, expected: datetime) -> None:
    assert moment(text, clock) == expected


@pytest.mark.parametrize("text", ["2026-03-01", "2026-03-01T00:00:00", "yesterday", "5", "5w", "-2h"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the text is datetime's own for some
        moment(text)
