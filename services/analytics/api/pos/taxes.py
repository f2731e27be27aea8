"""`/api/analytics/taxes/`, for ADMIN and OWNER: base and tax of a period, for the accountant."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated

from fastapi import Response
from pydantic import Field
from typing_extensions import TypedDict

from libs.common.http.callers import AdminOrOwner
from libs.common.http.csv_files import Cell
from libs.common.http.described import DayText, described, example, refuses
from libs.common.http.refusals import NotAcceptable
from libs.common.http.replies import money_number
from libs.common.prices import TaxRate
from services.analytics.api.pos.door import pos
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
from services.analytics.domain.taxes import DayTaxed, RateTaxed, Taxed, TaxReport
from services.analytics.usecases.reports.taxing import sum_taxes

COLUMNS = ("section", "date", "tax_rate", "base", "tax", "total")
ROWS: tuple[Row, ...] = (
    {
        "section": "days",
        "date": date(2026, 2, 3),
        "tax_rate": "0.16",
        "base": Decimal(2150),
        "tax": Decimal(344),
        "total": Decimal(2494),
    },
    {
        "section": "total",
        "base": Decimal(2150),
        "tax": Decimal(344),
        "total": Decimal(2494),
    },
)

Rate = Annotated[
    TaxRate, Field(description="As in the catalogue: `EXENT` is exempt, `0.00` is taxed at zero.")
]


class TaxedOut(TypedDict):
    """An amount before tax, its tax, and both together."""

    base: Annotated[float, Field(description="Before tax.")]
    tax: Annotated[float, Field(description="The tax on the base.")]
    total: Annotated[float, Field(description="What was paid: base and tax.")]


class RateTaxedOut(TaxedOut):
    """What was sold at a tax rate."""

    tax_rate: Rate


@described
class DayTaxedOut(RateTaxedOut):
    """What was sold on a day at a tax rate."""

    date: DayText
    """The day, in the store's time zone."""


A_TOTAL = {"base": 2150.0, "tax": 344.0, "total": 2494.0}


@example(
    {
        "analyzed_period": {"start_date": "2026-02-01", "end_date": "2026-02-28"},
        "total": A_TOTAL,
        "rates": [{**A_TOTAL, "tax_rate": "0.16"}],
        "days": [{**A_TOTAL, "tax_rate": "0.16", "date": "2026-02-03"}],
    }
)
class TaxesOut(TypedDict):
    """Base and tax of what was sold in a period; together they are its revenue, to the cent."""

    analyzed_period: PeriodOut
    """The days that were asked for."""
    total: TaxedOut
    """All rates together."""
    rates: list[RateTaxedOut]
    """Each rate that was sold, from the highest to `EXENT`."""
    days: list[DayTaxedOut]
    """Each rate that was sold on a day, by day and from the highest rate to `EXENT`."""


@pos.get("/analytics/taxes/", response_model=TaxesOut, responses=or_csv(COLUMNS, *ROWS))
@refuses(*OF_DATES, *NO_SALES, NotAcceptable())
async def find_taxes(
    who: AdminOrOwner,
    deps: DepsDep,
    wants: WantedType,
    *,
    start_date: StartDate = None,
    end_date: EndDate = None,
) -> Response:
    """Sum base and tax of a period by day and tax rate, for the accountant.

    Base and tax together are the revenue of the sales summary, to the cent. What was returned is taken off
    the day of its sale. Without sales the lists are empty.

    A period that lies before the first sale or after today: 400 with the first and last day of record.
    """
    return reply_report(
        await sum_taxes(start_date, end_date, desk=desk_of(deps)), wants, shape=_taxes, table=_table
    )


def _taxes(report: TaxReport) -> TaxesOut:
    return {
        "analyzed_period": period_out(report.period),
        "total": _taxed(report.total),
        "rates": [_rate(rate) for rate in report.rates],
        "days": [_day(day) for day in report.days],
    }


def _taxed(taxed: Taxed) -> TaxedOut:
    return {
        "base": money_number(taxed.base),
        "tax": money_number(taxed.tax),
        "total": money_number(taxed.total),
    }


def _rate(rate: RateTaxed) -> RateTaxedOut:
    return {**_taxed(rate), "tax_rate": rate.tax_rate}


def _day(day: DayTaxed) -> DayTaxedOut:
    return {**_rate(day), "date": day.day.isoformat()}


def _table(report: TaxReport) -> Table:
    return Table(file_name("taxes", report.period), COLUMNS, _rows(report))


def _rows(report: TaxReport) -> Iterator[Row]:
    for day in report.days:
        yield {"section": "days", "date": day.day, "tax_rate": day.tax_rate, **_cells(day)}
    for rate in report.rates:
        yield {"section": "rates", "tax_rate": rate.tax_rate, **_cells(rate)}
    yield {"section": "total", **_cells(report.total)}


def _cells(taxed: Taxed) -> dict[str, Cell]:
    return {"base": taxed.base, "tax": taxed.tax, "total": taxed.total}
