"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)


class FakeClock:
    """A `Clock` (libs/common/clock.py) under the test's control."""

    def __init__(self, now: datetime = START) -> None:
        self._now = now

    def __call__(self) -> datetime:
        """The time that it is for the test."""
        return self._now

    def advance(self, **parts: float) -> datetime:
        """Move on by a timedelta's parts: `clock.advance(minutes=5)`; the new time."""
        self._now += timedelta(**parts)
        return self._now

    def set(self, moment: datetime) -> None:
        """Jump to a moment, forth or back; it must have a zone."""
        assert moment.tzinfo is not None, "a moment without a zone is no moment"
        self._now = moment.astimezone(UTC)
