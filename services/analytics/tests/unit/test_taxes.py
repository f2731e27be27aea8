from datetime import date
from decimal import Decimal

from libs.common.prices import TaxRate
from services.analytics.domain.periods import Period
from services.analytics.domain.taxes import DayTaxed, RateTaxed, Taxed, TaxReport, tax_report

MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)


def taxed(day: date, rate: TaxRate, base: str, tax: str = "0.00") -> DayTaxed:
    return DayTaxed(Decimal(base), Decimal(tax), rate, day)


def a_report(*days: DayTaxed) -> TaxReport:
    return tax_report(Period(MONDAY, TUESDAY), days)


def test_days_come_in_order_and_their_rates_from_the_highest_to_exempt() -> None:
    report = a_report(
        taxed(TUESDAY, "0.16", "1"),
        taxed(MONDAY, "EXENT", "1"),
        taxed(MONDAY, "0.00", "1"),
        taxed(MONDAY, "0.16", "1"),
        taxed(MONDAY, "0.08", "1"),
    )
    assert [(day.day, day.tax_rate) for day in report.days] == [
        (MONDAY, "0.16"),
        (MONDAY, "0.08"),
        (MONDAY, "0.00"),
        (MONDAY, "EXENT"),
        (TUESDAY, "0.16"),
    ]


def test_rates_are_summed_over_the_days() -> None:
    report = a_report(
        taxed(MONDAY, "0.16", "100.00", "16.00"),
        taxed(TUESDAY, "0.16", "0.50", "0.08"),
        taxed(TUESDAY, "0.00", "7.00"),
    )
    assert report.rates == [
        RateTaxed(Decimal("100.50"), Decimal("16.08"), "0.16"),
        RateTaxed(Decimal("7.00"), Decimal("0.00"), "0.00"),
    ]


def test_exempt_goods_are_told_apart_from_those_at_zero() -> None:
    report = a_report(taxed(MONDAY, "EXENT", "5.00"), taxed(MONDAY, "0.00", "7.00"))
    assert [f"{rate.tax_rate} {rate.base}" for rate in report.rates] == ["0.00 7.00", "EXENT 5.00"]


def test_base_and_tax_are_what_was_paid() -> None:
    report = a_report(taxed(MONDAY, "0.16", "100.00", "16.00"), taxed(MONDAY, "0.00", "7.00"))
    assert report.total == Taxed(Decimal("107.00"), Decimal("16.00"))
    assert report.total.total == Decimal("123.00")
