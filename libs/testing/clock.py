"""Clocks that only a test advances."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)


class FakeClock:
    """A `Clock` (libs/common/clock.py) under the test's control."""

    def __init__(self, now: datetime = START) -> None:
        self._now = now

    def __call__(self) -> datetime:
        """The current time of the test."""
        return self._now

    def advance(self, **parts: float) -> datetime:
        """Advance by the parts of a timedelta, `clock.advance(minutes=5)`, and return the new time."""
        self._now += timedelta(**parts)
        return self._now

    def set(self, moment: datetime) -> None:
        """Set the time, forward or back; `moment` must have a time zone."""
        assert moment.tzinfo is not None, "a moment without a zone is no moment"
        self._now = moment.astimezone(UTC)


class Stopwatch:
    """A monotonic clock under the test's control."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        """The present reading in seconds."""
        return self.seconds
