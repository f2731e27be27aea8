"""The period of a report: its query parameters, its refusals, and its days in the answer (contract §6)."""

from datetime import date
from typing import Annotated

from fastapi import Query
from typing_extensions import TypedDict

from libs.common.http.described import DayText, described
from services.analytics.domain.periods import (
    DateMalformed,
    NoSalesInPeriod,
    NoSalesOnDay,
    Period,
    PeriodReversed,
    Records,
)

RECORDS = Records(first=date(2026, 1, 15), last=date(2026, 3, 6))
"""The days of record of the shop in the examples."""
FEBRUARY = Period(date(2026, 2, 1), date(2026, 2, 28))
"""The period of the reports in the examples."""

OF_DATES = (DateMalformed(RECORDS), PeriodReversed(RECORDS))
"""The refusals of every report that takes `StartDate` and `EndDate`."""
NO_SALES = (NoSalesOnDay(Period(FEBRUARY.start, FEBRUARY.start), RECORDS), NoSalesInPeriod(FEBRUARY, RECORDS))
"""The refusals of a period without sales, or outside the days of record."""

# The use case parses the dates, because its refusals show the days of record.
StartDate = Annotated[
    DayText | None,
    Query(description="The first day, in the store's time zone; by default 30 days before the last."),
]
EndDate = Annotated[
    DayText | None,
    Query(description="The last day, which counts, in the store's time zone; by default today."),
]


@described
class PeriodOut(TypedDict):
    """The first and the last day of a report."""

    start_date: DayText
    """The first day, in the store's time zone."""
    end_date: DayText
    """The last day, which counts, in the store's time zone."""


def period_out(period: Period) -> PeriodOut:
    """The days of a report in its answer."""
    return {"start_date": period.start.isoformat(), "end_date": period.end.isoformat()}


def file_name(report: str, period: Period) -> str:
    """The name of a report's file: `taxes_2026-02-01_2026-02-28`."""
    return f"{report}_{period.start.isoformat()}_{period.end.isoformat()}"
