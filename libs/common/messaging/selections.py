"""The events that an operator means: by type, subject and time."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from libs.common.clock import Clock, system_clock
from libs.common.messaging.patterns import matches

ALL_BELOW = "*"  # at the end of a subject: everything that begins so
AGE = re.compile(r"(\d+)(m|h|d)")
UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class Selectable(Protocol):
    """An event with what it is selected by."""

    @property
    def type(self) -> str:
        """Its wire type."""

    @property
    def subject(self) -> str:
        """The subject: `<noun>/<id>`."""

    @property
    def time(self) -> datetime:
        """When it happened."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A selection of events: from `since` until before `until`, by types and by subjects; empty means all.

    A type may be a pattern as in a binding (`sales.#`, `sales.*.v1`), a subject may end in `*` (`order/*`).
    """

    since: datetime | None = None
    types: Collection[str] = ()
    subjects: Collection[str] = ()
    until: datetime | None = None

    def includes(self, event: Selectable) -> bool:
        """Whether this event is selected."""
        return (
            (self.since is None or event.time >= self.since)
            and (self.until is None or event.time < self.until)
            and is_of_type(event.type, self.types)
            and (not self.subjects or any(_is_about(event.subject, subject) for subject in self.subjects))
        )


def is_of_type(event_type: str, patterns: Collection[str]) -> bool:
    """Whether a type matches one of the patterns, as the broker matches bindings; without any, it does."""
    return not patterns or any(matches(event_type, pattern) for pattern in patterns)


def _is_about(subject: str, wanted: str) -> bool:
    if wanted.endswith(ALL_BELOW):
        return subject.startswith(wanted.removesuffix(ALL_BELOW))
    return subject == wanted


def moment(text: str, clock: Clock = system_clock) -> datetime:
    """`2026-03-01T00:00:00Z`, or an age like `30m`, `2h`, `5d`. Raises ValueError for anything else."""
    age = AGE.fullmatch(text)
    if age:
        try:
            return clock() - timedelta(**{UNITS[age[2]]: int(age[1])})
        except OverflowError:
            raise ValueError("an age that is older than time") from None
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError("a time needs its zone, for example 2026-03-01T00:00:00Z")
    return time
