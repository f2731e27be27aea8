"""Charts the sales of a period by days, weeks, months or hours of the week, beside the period before."""

from dataclasses import asdict
from typing import LiteralString

from services.analytics.domain.calendar_parts import By, check_length, step_back
from services.analytics.domain.periods import check_recorded
from services.analytics.domain.sold import ChannelSold
from services.analytics.domain.timeline import (
    HourSold,
    PartSold,
    Span,
    Timeline,
    timeline_of_hours,
    timeline_of_parts,
)
from services.analytics.usecases.reports.desk import Desk, Report, Snapshot
from services.analytics.usecases.reports.sums import SOLD

# A part that the period cuts starts with the period.
SELECT_PARTS: LiteralString = f"""
select greatest(date_trunc(%(by)s, day)::date, %(start)s) as start, channel, {SOLD}
from sales_by_hour where day between %(start)s and %(end)s
group by 1, channel
"""

SELECT_HOURS: LiteralString = f"""
select extract(isodow from day)::int as weekday, hour, channel, {SOLD}
from sales_by_hour where day between %(start)s and %(end)s
group by 1, hour, channel
"""

SELECT_TO_DATE: LiteralString = f"""
select channel, {SOLD}
from sales_by_hour where day between %(start)s and %(day)s and (day, hour) <= (%(day)s, %(hour)s)
group by channel
"""


async def chart_sales(
    start_date: str | None, end_date: str | None, by: By, *, desk: Desk
) -> Report[Timeline]:
    """The timeline of a period of the store's calendar.

    Raises `PeriodRefused`: a date is malformed, the period is reversed, it lies outside the days of record,
    or it is too long.
    """
    async with desk.snapshot() as snapshot:
        period, records = await snapshot.period(start_date, end_date)
        check_recorded(period, records, snapshot.today)
        check_length(period, by, records)
        span = Span(by, period, step_back(period, by), snapshot.now)
        timeline = await _timeline(span, snapshot)
    return Report(timeline, snapshot.as_of)


async def _timeline(span: Span, snapshot: Snapshot) -> Timeline:
    to_date = await _to_date(span, snapshot) if span.is_running else None
    if span.by is By.HOUR_OF_WEEK:
        sold = await snapshot.sql.fetch_all(HourSold, SELECT_HOURS, asdict(span.period))
        previous = await snapshot.sql.fetch_all(HourSold, SELECT_HOURS, asdict(span.previous))
        return timeline_of_hours(span, sold, previous, to_date)
    now = await snapshot.sql.fetch_all(PartSold, SELECT_PARTS, asdict(span.period) | {"by": span.by})
    before = await snapshot.sql.fetch_all(PartSold, SELECT_PARTS, asdict(span.previous) | {"by": span.by})
    return timeline_of_parts(span, now, before, to_date)


async def _to_date(span: Span, snapshot: Snapshot) -> list[ChannelSold]:
    until = span.same_hour_before
    days = {"start": span.previous.start, "day": until.day, "hour": until.hour}
    return await snapshot.sql.fetch_all(ChannelSold, SELECT_TO_DATE, days)
