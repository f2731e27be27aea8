"""The period of the owner's page, and the earlier one with which it is compared.

A named range that is running ends today. What is compared with it ends at the same local time of the
corresponding day; where an earlier month has no such day, with the whole month so far.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from libs.common.errors import DomainError
from libs.common.store_calendar import month_of
from services.analytics.domain.calendar_parts import StepBack
from services.analytics.domain.periods import Period

WEEK, YEAR_OF_WEEKS = 7, 52 * 7
MOMENT = timedelta(milliseconds=1)
LAST_DAY_OF_ISO_YEAR = (12, 28)
"""28 December lies in the last ISO week of every year."""


class Range(StrEnum):
    """The days that the owner looks at."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    LAST_7_DAYS = "7days"
    WEEK = "week"
    MONTH = "month"
    LAST_30_DAYS = "30days"
    YEAR = "year"
    CUSTOM = "custom"


class Kind(StrEnum):
    """The earlier days with which a period is compared."""

    SAME_WEEKDAY_LAST_WEEK = "same_weekday_last_week"
    DAY_BEFORE = "day_before"
    SAME_WEEKDAY_LAST_YEAR = "same_weekday_last_year"
    PREVIOUS_WEEK = "previous_week"
    SAME_WEEK_LAST_YEAR = "same_week_last_year"
    PREVIOUS_MONTH = "previous_month"
    SAME_MONTH_LAST_YEAR = "same_month_last_year"
    PREVIOUS_YEAR = "previous_year"
    PREVIOUS_PERIOD = "previous_period"
    NONE = "none"


OF_A_DAY = (Kind.SAME_WEEKDAY_LAST_WEEK, Kind.DAY_BEFORE, Kind.SAME_WEEKDAY_LAST_YEAR, Kind.NONE)
OF_DAYS = (Kind.PREVIOUS_PERIOD, Kind.SAME_WEEKDAY_LAST_YEAR, Kind.NONE)
OF_RANGE = {
    Range.WEEK: (Kind.PREVIOUS_WEEK, Kind.SAME_WEEK_LAST_YEAR, Kind.NONE),
    Range.MONTH: (Kind.PREVIOUS_MONTH, Kind.SAME_MONTH_LAST_YEAR, Kind.NONE),
    Range.YEAR: (Kind.PREVIOUS_YEAR, Kind.NONE),
}

STEPS = {
    Kind.DAY_BEFORE: StepBack(days=1),
    Kind.SAME_WEEKDAY_LAST_WEEK: StepBack(days=WEEK),
    Kind.PREVIOUS_WEEK: StepBack(days=WEEK),
    Kind.SAME_WEEKDAY_LAST_YEAR: StepBack(days=YEAR_OF_WEEKS),
    Kind.PREVIOUS_MONTH: StepBack(months=1),
    Kind.SAME_MONTH_LAST_YEAR: StepBack(months=12),
    Kind.PREVIOUS_YEAR: StepBack(months=12),
}
"""What is not here depends on the period."""


class ComparisonRefused(DomainError):
    """The range is not compared in this way."""

    code = "comparison_refused"
    remedy = "Leave `compare` out, or send one of those that the message names."

    def __init__(self, kinds: Sequence[Kind]) -> None:
        super().__init__(kinds=", ".join(kinds))


@dataclass(frozen=True, slots=True)
class Comparison:
    """The earlier days. `until`: the store's time on the last of them up to which they count; None: whole."""

    kind: Kind
    period: Period
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Compared:
    """The days of the page, those with which they are compared, and the kinds that are offered."""

    period: Period
    is_running: bool
    comparison: Comparison | None
    kinds: Sequence[Kind]


def period_of(wanted: Range, today: date) -> Period:
    """The days of a named range. A running week, month or year ends today."""
    if wanted is Range.YESTERDAY:
        return Period(today - timedelta(days=1), today - timedelta(days=1))
    starts = {
        Range.LAST_7_DAYS: today - timedelta(days=6),
        Range.WEEK: today - timedelta(days=today.weekday()),
        Range.MONTH: month_of(today),
        Range.LAST_30_DAYS: today - timedelta(days=29),
        Range.YEAR: today.replace(month=1, day=1),
    }
    return Period(starts.get(wanted, today), today)


def compare(wanted: Range, period: Period, kind: Kind | None, now: datetime) -> Compared:
    """The period with what it is compared with at `now`, which is the store's time; None: the usual kind.

    Raises `ComparisonRefused`.
    """
    kinds = kinds_of(wanted, period)
    chosen = kind or kinds[0]
    if chosen not in kinds:
        raise ComparisonRefused(kinds)
    is_running = period.start <= now.date() <= period.end
    if chosen is Kind.NONE:
        return Compared(period, is_running, None, kinds)
    step = step_of(chosen, period)
    earlier = Period(step.of(period.start), step.of(period.end))
    if not is_running:
        return Compared(period, is_running, Comparison(chosen, earlier, None), kinds)
    cut = step.of(now.date())
    has_same_day = not step.months or cut.day == now.day
    until = at_same_time(cut, now) if has_same_day else None
    return Compared(period, is_running, Comparison(chosen, Period(earlier.start, cut), until), kinds)


def at_same_time(day: date, now: datetime) -> datetime:
    """The moment of a day at which the store's clock shows what it shows now.

    Of two such moments the first, but the second while the clock shows it for the second time. If the clock
    leaps over that time, the moment of the leap.
    """
    same = datetime.combine(day, now.time(), now.tzinfo)
    before, after = same.replace(fold=1).astimezone(UTC), same.replace(fold=0).astimezone(UTC)
    if before >= after:  # `fold` tells nothing, or the second of two; over a leap it tells a moment before
        return same
    leapt = after.astimezone(now.tzinfo).utcoffset()
    while after - before > MOMENT:
        middle = before + (after - before) / 2
        if middle.astimezone(now.tzinfo).utcoffset() == leapt:
            after = middle
        else:
            before = middle
    return after.astimezone(now.tzinfo).replace(microsecond=0)


def kinds_of(wanted: Range, period: Period) -> Sequence[Kind]:
    """How the period can be compared, the usual way first."""
    if period.start == period.end and wanted not in OF_RANGE:
        return OF_A_DAY
    return OF_RANGE.get(wanted, OF_DAYS)


def step_of(kind: Kind, period: Period) -> StepBack:
    """How far back the days are with which the period is compared."""
    if kind is Kind.SAME_WEEK_LAST_YEAR:
        return StepBack(days=_days_to_same_week(period.start))
    return STEPS.get(kind) or StepBack(days=period.days)


def _days_to_same_week(monday: date) -> int:
    """The days back to the ISO week of the same number; to the last one in a year that has no week 53."""
    year, week, _ = monday.isocalendar()
    last = date(year - 1, *LAST_DAY_OF_ISO_YEAR).isocalendar().week
    return (monday - date.fromisocalendar(year - 1, min(week, last), 1)).days
