"""The answers of `/api/analytics/timeline/`: by days, weeks or months, or by hours of the week."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from libs.common.http.described import DayText, described, example
from libs.common.http.replies import money_number
from services.analytics.api.pos.figures import SoldOut, number_or_null, sold_out
from services.analytics.api.pos.periods import PeriodOut, period_out
from services.analytics.domain.calendar_parts import By
from services.analytics.domain.sold import Change
from services.analytics.domain.timeline import HourOfWeek, Part, Timeline, Total

FirstDay = Annotated[DayText, Field(description="The first day, in the store's time zone.")]
LastDay = Annotated[DayText, Field(description="The last day, which counts, in the store's time zone.")]
Occurrences = Annotated[int, Field(description="How often this hour has come in the period.")]

PartName = Literal["day", "week", "month"]
PARTS: Mapping[By, PartName] = {By.DAY: "day", By.WEEK: "week", By.MONTH: "month"}


@described
class ChangeOut(TypedDict):
    """By how many percent the figures are higher than before; null where those were 0."""

    revenue: float | None
    """Of the revenue."""
    tickets: float | None
    """Of the number of tickets."""
    units: float | None
    """Of the pieces."""
    average_ticket: float | None
    """Of the average ticket."""


class PreviousPartOut(SoldOut):
    """What was sold on the days with which a part is compared."""

    start_date: FirstDay
    end_date: LastDay


@described
class PartOut(SoldOut):
    """What was sold on a day, or in a week or month, as far as the period includes it."""

    start_date: FirstDay
    end_date: LastDay
    is_over: bool
    """Whether its last day is over."""
    previous: PreviousPartOut
    """The same figures of the period before."""
    change_percent: ChangeOut | None
    """The change since the period before; null until the part is over."""


class PreviousHourOut(SoldOut):
    """What was sold at an hour of a weekday in the period before."""

    occurrences: Occurrences


@described
class WeekHourOut(SoldOut):
    """What was sold at an hour of a weekday, on all days of the period together."""

    weekday: int
    """1 to 7, from Monday."""
    hour: int
    """0 to 23, of the store's clock."""
    occurrences: Occurrences
    average_revenue: float
    """Revenue for each time that the hour has come."""
    average_tickets: float
    """Tickets for each time that the hour has come, to two decimals."""
    previous: PreviousHourOut
    """The same figures of the period before."""


@described
class TimelineTotalOut(SoldOut):
    """All sales of the period."""

    previous: SoldOut
    """All sales of the period before."""
    previous_to_date: SoldOut
    """What had been sold by the same hour of the period before; all of it if the period is over."""
    change_percent: ChangeOut
    """The change since `previous_to_date`."""


class BaseTimelineOut(TypedDict):
    """What every timeline has."""

    analyzed_period: Annotated[PeriodOut, Field(description="The days that were asked for.")]
    previous_period: Annotated[PeriodOut, Field(description="The days with which they are compared.")]
    total: Annotated[TimelineTotalOut, Field(description="All points together.")]


NOTHING = {"revenue": 0.0, "tickets": 0, "units": 0, "average_ticket": 0.0}
ONE_TICKET = {"revenue": 2320.0, "tickets": 1, "units": 2, "average_ticket": 2320.0}
TWO_TICKETS = {"revenue": 2494.0, "tickets": 2, "units": 5, "average_ticket": 1247.0}
SOLD = {**TWO_TICKETS, "channels": {"POS": TWO_TICKETS, "WEB": NOTHING}}
SOLD_BEFORE = {**ONE_TICKET, "channels": {"POS": ONE_TICKET, "WEB": NOTHING}}
CHANGE = {"revenue": 7.5, "tickets": 100.0, "units": 150.0, "average_ticket": -46.25}
FEBRUARY = {"start_date": "2026-02-01", "end_date": "2026-02-28"}
JANUARY = {"start_date": "2026-01-01", "end_date": "2026-01-31"}
FOUR_WEEKS_BEFORE = {"start_date": "2026-01-04", "end_date": "2026-01-31"}
TOTAL = {**SOLD, "previous": SOLD_BEFORE, "previous_to_date": SOLD_BEFORE, "change_percent": CHANGE}


@example(
    {
        "analyzed_period": FEBRUARY,
        "previous_period": JANUARY,
        "total": TOTAL,
        "by": "month",
        "timeline": [
            {
                **SOLD,
                **FEBRUARY,
                "is_over": True,
                "previous": {**SOLD_BEFORE, **JANUARY},
                "change_percent": CHANGE,
            }
        ],
    }
)
class TimelineOut(BaseTimelineOut):
    """The sales of a period by days, weeks or months, beside those of the period before."""

    by: PartName
    """What the points are."""
    timeline: list[PartOut]
    """All parts of the period in order, also those without sales."""


@example(
    {
        "analyzed_period": FEBRUARY,
        "previous_period": FOUR_WEEKS_BEFORE,
        "total": TOTAL,
        "by": "hour_of_week",
        "timeline": [
            {
                **SOLD,
                "weekday": 1,
                "hour": 14,
                "occurrences": 4,
                "average_revenue": 623.5,
                "average_tickets": 0.5,
                "previous": {**SOLD_BEFORE, "occurrences": 4},
            }
        ],
    }
)
class WeekOut(BaseTimelineOut):
    """The sales of a period by hours of the week, beside those of the period before."""

    by: Literal["hour_of_week"]
    """The points are hours of the week."""
    timeline: list[WeekHourOut]
    """All hours of the week from Monday 0:00, also those without sales."""


def timeline_out(timeline: Timeline) -> TimelineOut | WeekOut:
    """A timeline as JSON."""
    base: BaseTimelineOut = {
        "analyzed_period": period_out(timeline.period),
        "previous_period": period_out(timeline.previous_period),
        "total": _total(timeline.total),
    }
    if timeline.by is By.HOUR_OF_WEEK:
        return WeekOut(**base, by="hour_of_week", timeline=[_hour(hour) for hour in timeline.hours])
    return TimelineOut(**base, by=PARTS[timeline.by], timeline=[_part(part) for part in timeline.parts])


def _total(total: Total) -> TimelineTotalOut:
    return {
        **sold_out(total.sold),
        "previous": sold_out(total.previous),
        "previous_to_date": sold_out(total.previous_to_date),
        "change_percent": change_out(total.change),
    }


def _part(part: Part) -> PartOut:
    return {
        **sold_out(part.sold),
        **period_out(part.days),
        "is_over": part.is_over,
        "previous": {**sold_out(part.previous), **period_out(part.previous_days)},
        "change_percent": change_out(part.change) if part.is_over else None,
    }


def _hour(hour: HourOfWeek) -> WeekHourOut:
    return {
        **sold_out(hour.sold),
        "weekday": hour.weekday,
        "hour": hour.hour,
        "occurrences": hour.occurrences,
        "average_revenue": money_number(hour.average_revenue),
        "average_tickets": money_number(hour.average_tickets),
        "previous": {**sold_out(hour.previous), "occurrences": hour.previous_occurrences},
    }


def change_out(change: Change) -> ChangeOut:
    """The change of figures in an answer."""
    return {
        "revenue": number_or_null(change.revenue),
        "tickets": number_or_null(change.tickets),
        "units": number_or_null(change.units),
        "average_ticket": number_or_null(change.average_ticket),
    }
