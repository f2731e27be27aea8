"""`/api/analytics/staff/`, for ADMIN and OWNER: the sales of each user at the tills."""

from collections.abc import Iterator
from decimal import Decimal

from fastapi import Response
from typing_extensions import TypedDict

from libs.common.http.callers import AdminOrOwner
from libs.common.http.described import described, example, refuses
from libs.common.http.refusals import NotAcceptable
from libs.common.http.replies import money_number
from services.analytics.api.pos.door import pos
from services.analytics.api.pos.figures import FIGURES, FiguresOut, figure_cells, figures_out
from services.analytics.api.pos.periods import (
    NO_SALES,
    OF_DATES,
    EndDate,
    PeriodOut,
    StartDate,
    file_name,
    period_out,
)
from services.analytics.api.pos.replies import Row, Table, WantedType, or_csv, reply_report
from services.analytics.deps import DepsDep, desk_of
from services.analytics.domain.staff import SellerSold, StaffReport
from services.analytics.usecases.reports.staffing import sum_staff_sales

COLUMNS = (
    *("user_id", "username", "email", "is_deleted", *FIGURES),
    *("units_per_ticket", "revenue_share_percent"),
)
ROWS: tuple[Row, ...] = (
    {
        "user_id": 7,
        "username": "lupita",
        "email": "lupita@example.com",
        "is_deleted": False,
        "revenue": Decimal(2494),
        "tickets": 2,
        "units": 5,
        "average_ticket": Decimal(1247),
        "units_per_ticket": Decimal("2.50"),
        "revenue_share_percent": Decimal(100),
    },
)


@described
class SellerOut(FiguresOut):
    """The sales of a user at the tills."""

    user_id: int
    """The user's id, also of one that was deleted."""
    username: str | None
    """Null until analytics has heard of the user."""
    email: str | None
    """Null until analytics has heard of the user."""
    is_deleted: bool
    """Whether the user was deleted."""
    units_per_ticket: float
    """The average number of pieces, to two decimals."""
    revenue_share_percent: float
    """The share of the revenue of all tills, to two decimals."""


TWO_TICKETS = {"revenue": 2494.0, "tickets": 2, "units": 5, "average_ticket": 1247.0}


@example(
    {
        "analyzed_period": {"start_date": "2026-02-01", "end_date": "2026-02-28"},
        "total": TWO_TICKETS,
        "staff": [
            {
                **TWO_TICKETS,
                "user_id": 7,
                "username": "lupita",
                "email": "lupita@example.com",
                "is_deleted": False,
                "units_per_ticket": 2.5,
                "revenue_share_percent": 100.0,
            }
        ],
    }
)
class StaffOut(TypedDict):
    """The sales of a period at the tills, by user."""

    analyzed_period: PeriodOut
    """The days that were asked for."""
    total: FiguresOut
    """All sales at tills."""
    staff: list[SellerOut]
    """Each user that sold, the highest revenue first."""


@pos.get("/analytics/staff/", response_model=StaffOut, responses=or_csv(COLUMNS, *ROWS))
@refuses(*OF_DATES, *NO_SALES, NotAcceptable())
async def find_staff_sales(
    who: AdminOrOwner,
    deps: DepsDep,
    wants: WantedType,
    *,
    start_date: StartDate = None,
    end_date: EndDate = None,
) -> Response:
    """Sum the sales of each user at the tills, the highest revenue first.

    Users that were deleted stay; sales of the web shop are nobody's. Without sales the list is empty.

    A period that lies before the first sale or after today: 400 with the first and last day of record.
    """
    report = await sum_staff_sales(start_date, end_date, desk=desk_of(deps))
    return reply_report(report, wants, shape=_staff, table=_table)


def _staff(report: StaffReport) -> StaffOut:
    return {
        "analyzed_period": period_out(report.period),
        "total": figures_out(report.total),
        "staff": [_seller(report, seller) for seller in report.sellers],
    }


def _seller(report: StaffReport, seller: SellerSold) -> SellerOut:
    return {
        **figures_out(seller),
        "user_id": seller.user_id,
        "username": seller.username,
        "email": seller.email,
        "is_deleted": seller.is_deleted,
        "units_per_ticket": money_number(seller.units_per_ticket),
        "revenue_share_percent": money_number(report.share_of(seller)),
    }


def _table(report: StaffReport) -> Table:
    return Table(file_name("staff", report.period), COLUMNS, _rows(report))


def _rows(report: StaffReport) -> Iterator[Row]:
    for seller in report.sellers:
        yield {
            **figure_cells(seller),
            "user_id": seller.user_id,
            "username": seller.username,
            "email": seller.email,
            "is_deleted": seller.is_deleted,
            "units_per_ticket": seller.units_per_ticket,
            "revenue_share_percent": report.share_of(seller),
        }
