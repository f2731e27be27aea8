"""Time comes from an injected `Clock`, always in UTC with its zone."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]

CLOCKS_DIFFER = timedelta(seconds=30)
"""The clocks of two machines may differ by this much."""


def system_clock() -> datetime:
    """The machine's time, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - the only place that reads the machine's clock


def iso_utc(moment: datetime) -> str:
    """`2023-10-27T10:00:00Z`: UTC, whole seconds, the format of contract §1."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
