"""The clock of the tests."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from libs.testing.clock import FakeClock


def test_it_stands_still_until_moved(clock: FakeClock) -> None:
    assert clock() == clock() == datetime(2026, 3, 2, 18, 0, tzinfo=UTC)


def test_it_moves_by_what_it_is_told(clock: FakeClock) -> None:
    assert clock.advance(days=1, seconds=30) == clock() == datetime(2026, 3, 3, 18, 0, 30, tzinfo=UTC)


def test_it_tells_utc_whatever_zone_it_was_set_in(clock: FakeClock) -> None:
    clock.set(datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=-6))))
    assert clock().isoformat() == "2026-01-01T06:00:00+00:00"


def test_a_moment_without_a_zone_is_refused(clock: FakeClock) -> None:
    with pytest.raises(AssertionError, match="zone"):
        clock.set(datetime(2026, 1, 1))  # noqa: DTZ001 - that is what is refused
