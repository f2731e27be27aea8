"""`/api/analytics/timeline/`, for ADMIN and OWNER: the sales of a period as a chart shows them."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated

from fastapi import Query, Response

from libs.common.http.callers import AdminOrOwner
from libs.common.http.csv_files import Cell
from libs.common.http.described import refuses
from libs.common.http.fields import Choice
from libs.common.http.refusals import NotAcceptable
from services.analytics.api.pos.door import pos
from services.analytics.api.pos.figures import FIGURES, figure_cells
from services.analytics.api.pos.periods import (
    NO_SALES,
    OF_DATES,
    RECORDS,
    EndDate,
    StartDate,
    file_name,
)
from services.analytics.api.pos.replies import Row, Table, WantedType, or_csv, reply_report
from services.analytics.api.pos.timeline_shapes import TimelineOut, WeekOut, timeline_out
from services.analytics.deps import DepsDep, desk_of
from services.analytics.domain.calendar_parts import By, TimelineTooLong
from services.analytics.domain.sold import CHANNELS, Channels
from services.analytics.domain.timeline import HourOfWeek, Part, Timeline
from services.analytics.usecases.reports.charting import chart_sales

COLUMNS = (
    *("start_date", "end_date", "is_over", "weekday", "hour", "occurrences", "channel", *FIGURES),
    *("previous_start_date", "previous_end_date", "previous_occurrences"),
    *(f"previous_{figure}" for figure in FIGURES),
)
"""Of the CSV, which has three rows for each point: all channels together, and each of them."""
TOGETHER = "ALL"
ROWS: tuple[Row, ...] = (
    {
        "start_date": "2026-02-01",
        "end_date": "2026-02-28",
        "is_over": True,
        "channel": TOGETHER,
        "revenue": Decimal(2494),
        "tickets": 2,
        "units": 5,
        "average_ticket": Decimal(1247),
        "previous_start_date": "2026-01-01",
        "previous_end_date": "2026-01-31",
        "previous_revenue": Decimal(2320),
        "previous_tickets": 1,
        "previous_units": 2,
        "previous_average_ticket": Decimal(2320),
    },
)

ByWhat = Annotated[
    str,
    Choice(*(by.value for by in By)),
    Query(
        description="The points of the timeline: days, weeks from Monday, months, or the 168 hours of the "
        "week at the store's clock."
    ),
]


@pos.get("/analytics/timeline/", response_model=TimelineOut | WeekOut, responses=or_csv(COLUMNS, *ROWS))
@refuses(*OF_DATES, *NO_SALES, TimelineTooLong(RECORDS), NotAcceptable())
async def find_timeline(
    who: AdminOrOwner,
    deps: DepsDep,
    wants: WantedType,
    *,
    start_date: StartDate = None,
    end_date: EndDate = None,
    by: ByWhat = By.DAY.value,
) -> Response:
    """Show the sales of a period as a timeline, beside the period before.

    Points without sales have zeros. The period before is as long, and its points are like those of the
    period: weeks and their hours are compared with the same weekdays, months with the same days of months.

    A period that lies before the first sale or after today: 400 with the first and last day of record.
    """
    report = await chart_sales(start_date, end_date, By(by), desk=desk_of(deps))
    return reply_report(report, wants, shape=timeline_out, table=_table)


def _table(timeline: Timeline) -> Table:
    return Table(file_name(f"timeline-{timeline.by}", timeline.period), COLUMNS, _rows(timeline))


def _rows(timeline: Timeline) -> Iterator[Row]:
    for part in timeline.parts:
        yield from _rows_of(_part_cells(part), part.sold, part.previous)
    for hour in timeline.hours:
        yield from _rows_of(_hour_cells(hour), hour.sold, hour.previous)


def _rows_of(place: Row, sold: Channels, previous: Channels) -> Iterator[Row]:
    figures = {**figure_cells(sold.together), **figure_cells(previous.together, "previous_")}
    yield {**place, "channel": TOGETHER, **figures}
    for channel in CHANNELS:
        figures = {**figure_cells(sold.of(channel)), **figure_cells(previous.of(channel), "previous_")}
        yield {**place, "channel": channel, **figures}


def _part_cells(part: Part) -> dict[str, Cell]:
    return {
        "start_date": part.days.start,
        "end_date": part.days.end,
        "is_over": part.is_over,
        "previous_start_date": part.previous_days.start,
        "previous_end_date": part.previous_days.end,
    }


def _hour_cells(hour: HourOfWeek) -> dict[str, Cell]:
    return {
        "weekday": hour.weekday,
        "hour": hour.hour,
        "occurrences": hour.occurrences,
        "previous_occurrences": hour.previous_occurrences,
    }
