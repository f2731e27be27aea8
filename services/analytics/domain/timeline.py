"""The timeline of a period: what was sold in each of its parts, beside the period before."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from libs.common.money import to_cents
from libs.common.store_calendar import StoreHour
from services.analytics.domain.calendar_parts import WEEK_DAYS, By, StepBack, occurrences, parts_of
from services.analytics.domain.periods import Period
from services.analytics.domain.sold import (
    NO_CHANNELS,
    Change,
    Channels,
    ChannelSold,
    change_of,
    grouped,
    total_by_channel,
)

DAY_HOURS = 24


@dataclass(frozen=True, slots=True)
class Part:
    """A day, week or month of the period beside the same days of the period before."""

    days: Period
    is_over: bool
    sold: Channels
    previous_days: Period
    previous: Channels

    @property
    def change(self) -> Change:
        """The change since the period before; of a part that is not over it says little."""
        return change_of(self.sold.together, self.previous.together)


@dataclass(frozen=True, slots=True)
class HourOfWeek:
    """An hour of a weekday (1 is Monday), and how often it has come in each of the two periods."""

    weekday: int
    hour: int
    occurrences: int
    sold: Channels
    previous_occurrences: int
    previous: Channels

    @property
    def average_revenue(self) -> Decimal:
        """The revenue for each time that the hour has come."""
        return to_cents(self.sold.together.revenue / max(1, self.occurrences))

    @property
    def average_tickets(self) -> Decimal:
        """The tickets for each time that the hour has come, to two decimals."""
        return to_cents(Decimal(self.sold.together.tickets) / max(1, self.occurrences))


@dataclass(frozen=True, slots=True)
class Total:
    """All sales of the period beside those of the period before.

    If the period is not over, `previous_to_date` is what had been sold at the same hour of the period before.
    """

    sold: Channels
    previous: Channels
    previous_to_date: Channels

    @property
    def change(self) -> Change:
        """The change since the period before, as far as that has been reached."""
        return change_of(self.sold.together, self.previous_to_date.together)


@dataclass(frozen=True, slots=True)
class Timeline:
    """The report: all `parts` of the period, or all `hours` of the week from Monday 0:00."""

    by: By
    period: Period
    previous_period: Period
    total: Total
    parts: Sequence[Part] = ()
    hours: Sequence[HourOfWeek] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """A period with the one before it, `now` at the store's clock."""

    by: By
    period: Period
    step: StepBack
    now: StoreHour

    @property
    def previous(self) -> Period:
        """The period before."""
        return self.step.of_period(self.period)

    @property
    def is_running(self) -> bool:
        """Whether the period is not over: its last day is today or to come."""
        return self.now.day <= self.period.end

    @property
    def same_hour_before(self) -> StoreHour:
        """The hour of the period before that is compared with this one."""
        return StoreHour(self.step.of(self.now.day), self.now.hour)

    def times_come(self, weekday: int, hour: int) -> int:
        """How often an hour of a weekday has come in the period. The running hour has come."""
        today = self.now.day
        if today < self.period.start:
            return 0
        come = occurrences(Period(self.period.start, min(self.period.end, today)), weekday)
        is_to_come = self.is_running and today.isoweekday() == weekday and hour > self.now.hour
        return come - 1 if is_to_come else come


@dataclass(frozen=True, slots=True)
class PartSold(ChannelSold):
    """The sales of a channel in the part that starts on this day."""

    start: date


@dataclass(frozen=True, slots=True)
class HourSold(ChannelSold):
    """The sales of a channel at an hour of a weekday (1 is Monday)."""

    weekday: int
    hour: int


def timeline_of_parts(
    span: Span, sold: Iterable[PartSold], previous: Iterable[PartSold], to_date: Iterable[ChannelSold] | None
) -> Timeline:
    """The timeline by days, weeks or months; `to_date` is None if the period is over."""
    now = grouped(sold, key=lambda row: row.start)
    before = grouped(previous, key=lambda row: row.start)
    days = zip(parts_of(span.period, span.by), parts_of(span.previous, span.by), strict=True)
    parts = [
        Part(
            days=part,
            is_over=part.end < span.now.day,
            sold=now.get(part.start, NO_CHANNELS),
            previous_days=earlier,
            previous=before.get(earlier.start, NO_CHANNELS),
        )
        for part, earlier in days
    ]
    total = _total(now, before, to_date)
    return Timeline(span.by, span.period, span.previous, total, parts=parts)


def timeline_of_hours(
    span: Span, sold: Iterable[HourSold], previous: Iterable[HourSold], to_date: Iterable[ChannelSold] | None
) -> Timeline:
    """The timeline by hours of the week; `to_date` is None if the period is over."""
    now = grouped(sold, key=lambda row: (row.weekday, row.hour))
    before = grouped(previous, key=lambda row: (row.weekday, row.hour))
    hours = [
        HourOfWeek(
            weekday=weekday,
            hour=hour,
            occurrences=span.times_come(weekday, hour),
            sold=now.get((weekday, hour), NO_CHANNELS),
            previous_occurrences=occurrences(span.previous, weekday),
            previous=before.get((weekday, hour), NO_CHANNELS),
        )
        for weekday in range(1, WEEK_DAYS + 1)
        for hour in range(DAY_HOURS)
    ]
    total = _total(now, before, to_date)
    return Timeline(span.by, span.period, span.previous, total, hours=hours)


def _total(
    sold: Mapping[Any, Channels], previous: Mapping[Any, Channels], to_date: Iterable[ChannelSold] | None
) -> Total:
    before = total_by_channel(previous.values())
    until = before if to_date is None else Channels({row.channel: row for row in to_date})
    return Total(total_by_channel(sold.values()), before, until)
