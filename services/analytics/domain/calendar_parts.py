"""Days, weeks and months of a period, and the earlier days with which they are compared."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from libs.common.store_calendar import YEAR_MONTHS, month_number
from services.analytics.domain.periods import Period, PeriodRefused, Records

PARTS_MAX = 3_700
"""A timeline's most days, weeks or months: ten years of days."""
ONE_DAY = timedelta(days=1)
WEEK_DAYS = 7


class By(StrEnum):
    """What the points of a timeline are: days, weeks, months, or the hours of a week."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    HOUR_OF_WEEK = "hour_of_week"


class TimelineTooLong(PeriodRefused):
    """The period has more days, weeks or months than a timeline shows."""

    code = "timeline_too_long"
    remedy = "Ask for a shorter period, or for longer parts: `by=week` or `by=month`."

    def __init__(self, records: Records) -> None:
        super().__init__(records, most=PARTS_MAX)


@dataclass(frozen=True, slots=True)
class StepBack:
    """How far back the days are with which a period is compared: a number of days, or of months."""

    days: int = 0
    months: int = 0

    def of(self, day: date) -> date:
        """The day so far back: the last one in a month that is too short, and none before the year 1."""
        if self.months:
            return _months_back(day, self.months)
        return date.fromordinal(max(1, day.toordinal() - self.days))

    def of_period(self, period: Period) -> Period:
        """The same days, so far back. A month that is whole at the period's end is whole there too."""
        start, end = self.of(period.start), self.of(period.end)
        has_whole_last_month = period.start <= period.end.replace(day=1) and _is_last_of_month(period.end)
        if self.months and has_whole_last_month:
            end = end.replace(day=_days_in_month(end))
        return Period(start, end)


def check_length(period: Period, by: By, records: Records) -> None:
    """Raises `TimelineTooLong`. The hours of the week are bounded like weeks."""
    parts = {
        By.DAY: period.days,
        By.WEEK: period.days // WEEK_DAYS,
        By.MONTH: month_number(period.end) - month_number(period.start) + 1,
        By.HOUR_OF_WEEK: period.days // WEEK_DAYS,
    }
    if parts[by] > PARTS_MAX:
        raise TimelineTooLong(records)


def parts_of(period: Period, by: By) -> Sequence[Period]:
    """The days, weeks (from Monday) or months of the period, the first and the last cut to it."""
    parts: list[Period] = []
    start = period.start
    while (last := _last_of_part(start, by)) < period.end:
        parts.append(Period(start, last))
        start = last + ONE_DAY
    return [*parts, Period(start, period.end)]


def step_back(period: Period, by: By) -> StepBack:
    """The shortest step from the period to days before it whose parts are like its own.

    Days are compared with as many days before them. Weeks and their hours step back by whole weeks, so that
    Mondays meet Mondays; months by whole months.
    """
    if by is By.DAY:
        return StepBack(days=period.days)
    if by is not By.MONTH:
        return StepBack(days=-(-period.days // WEEK_DAYS) * WEEK_DAYS)
    months = month_number(period.end) - month_number(period.start)
    if StepBack(months=months).of_period(period).end < period.start:
        return StepBack(months=months)
    return StepBack(months=months + 1)


def occurrences(period: Period, weekday: int) -> int:
    """How often the weekday (1 is Monday) is among the days of the period."""
    until_first = (weekday - period.start.isoweekday()) % WEEK_DAYS
    return max(0, -(-(period.days - until_first) // WEEK_DAYS))


def _last_of_part(day: date, by: By) -> date:
    """The last day of the part in which the day lies; none after the last of all."""
    match by:
        case By.DAY:
            return day
        case By.MONTH:
            return day.replace(day=_days_in_month(day))
        case _:
            sunday = day.toordinal() + WEEK_DAYS - day.isoweekday()
            return date.fromordinal(min(sunday, date.max.toordinal()))


def _months_back(day: date, months: int) -> date:
    year, month = divmod(month_number(day) - months, YEAR_MONTHS)
    if year < date.min.year:
        return date.min
    first = date(year, month + 1, 1)
    return first.replace(day=min(day.day, _days_in_month(first)))


def _days_in_month(day: date) -> int:
    return monthrange(day.year, day.month)[1]


def _is_last_of_month(day: date) -> bool:
    return day.day == _days_in_month(day)
