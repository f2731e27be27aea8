"""`/api/analytics/overview/`, for ADMIN and OWNER: one request that opens the owner's page."""

from typing import Annotated

from fastapi import Query, Response

from libs.common.http.callers import AdminOrOwner
from libs.common.http.described import DayText, refuses
from libs.common.http.fields import Choice
from libs.common.http.replies import reply
from services.analytics.api.pos.door import pos
from services.analytics.api.pos.overview_answers import overview_out
from services.analytics.api.pos.overview_shapes import OverviewOut
from services.analytics.api.pos.periods import OF_DATES, RECORDS
from services.analytics.api.pos.replies import AS_OF, AS_OF_HEADER, headers_of
from services.analytics.deps import DepsDep, desk_of
from services.analytics.domain.calendar_parts import TimelineTooLong
from services.analytics.domain.overview_periods import OF_A_DAY, ComparisonRefused, Kind, Range
from services.analytics.usecases.reports.overviewing import WantedOverview, open_overview

USUAL = "usual"

RangeName = Annotated[
    str,
    Choice(*(each.value for each in Range)),
    Query(alias="range", description="The days to look at; `custom` takes `from` and `to`."),
]
CompareName = Annotated[
    str,
    Choice(USUAL, *(each.value for each in Kind)),
    Query(alias="compare", description="What to compare with: one of the answer's `comparisons`."),
]
FirstDay = Annotated[
    DayText | None,
    Query(alias="from", description="The first day of `custom`; by default 30 days before the last."),
]
LastDay = Annotated[
    DayText | None, Query(alias="to", description="The last day of `custom`, which counts; by default today.")
]


@pos.get(
    "/analytics/overview/",
    response_model=OverviewOut,
    responses={200: {"description": "The page.", "headers": {AS_OF_HEADER: AS_OF}}},
)
@refuses(*OF_DATES, TimelineTooLong(RECORDS), ComparisonRefused(OF_A_DAY))
async def find_overview(
    who: AdminOrOwner,
    deps: DepsDep,
    *,
    wanted: RangeName = Range.TODAY.value,
    compare: CompareName = USUAL,
    first: FirstDay = None,
    last: LastDay = None,
) -> Response:
    """Show all that the owner's page opens with, of one moment.

    A running period is compared up to the same time of the store's clock. What `comparison` says is what
    `figures.previous`, the earlier figures of products and the earlier series count.
    """
    kind = None if compare == USUAL else Kind(compare)
    desk = desk_of(deps)
    report = await open_overview(WantedOverview(Range(wanted), kind, first, last), desk=desk)
    return reply(overview_out(wanted, report.content, desk.timezone), headers=headers_of(report))
