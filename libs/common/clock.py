"""The time: always asked of a `Clock` that was handed in, always UTC with its zone."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The machine's time, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - the one place that asks the machine


def iso_utc(moment: datetime) -> str:
    """`2023-10-27T10:00:00Z`: UTC, whole seconds, as contract §1 writes times."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
