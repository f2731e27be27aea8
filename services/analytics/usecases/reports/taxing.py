"""Sums base and tax of a period by day and tax rate."""

from dataclasses import asdict

from services.analytics.domain.periods import check_recorded
from services.analytics.domain.taxes import DayTaxed, TaxReport, tax_report
from services.analytics.usecases.reports.desk import Desk, Report

SELECT_DAYS = """
select base, tax, tax_rate, day from taxes_by_day where day between %(start)s and %(end)s
"""


async def sum_taxes(start_date: str | None, end_date: str | None, *, desk: Desk) -> Report[TaxReport]:
    """Base and tax of what was sold in a period, by day and rate.

    Raises `PeriodRefused`: a date is malformed, the period is reversed, or lies outside the days of record.
    """
    async with desk.snapshot() as snapshot:
        period, records = await snapshot.period(start_date, end_date)
        check_recorded(period, records, snapshot.today)
        days = await snapshot.sql.fetch_all(DayTaxed, SELECT_DAYS, asdict(period))
    return Report(tax_report(period, days), snapshot.as_of)
