"""Base and tax of what was sold in a period, by tax rate and day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from libs.common.money import ZERO
from libs.common.prices import TaxRate
from services.analytics.domain.periods import Period

RATES: tuple[TaxRate, ...] = ("0.16", "0.08", "0.00", "EXENT")


@dataclass(frozen=True, slots=True)
class Taxed:
    """An amount before tax and its tax."""

    base: Decimal
    tax: Decimal

    @property
    def total(self) -> Decimal:
        """What was paid."""
        return self.base + self.tax


@dataclass(frozen=True, slots=True)
class RateTaxed(Taxed):
    """What was sold at a rate. `EXENT` (exempt) is told apart from `0.00` (taxed at zero)."""

    tax_rate: TaxRate


@dataclass(frozen=True, slots=True)
class DayTaxed(RateTaxed):
    """What was sold on a day at a rate."""

    day: date


@dataclass(frozen=True, slots=True)
class TaxReport:
    """The report: `days` with each rate that was sold, by day and from the highest rate to `EXENT`."""

    period: Period
    days: Sequence[DayTaxed]

    @property
    def total(self) -> Taxed:
        """All rates together."""
        return _sum(self.days)

    @property
    def rates(self) -> Sequence[RateTaxed]:
        """Each rate that was sold, from the highest to `EXENT`."""
        by_rate = {rate: [day for day in self.days if day.tax_rate == rate] for rate in RATES}
        sums = {rate: _sum(days) for rate, days in by_rate.items() if days}
        return [RateTaxed(total.base, total.tax, rate) for rate, total in sums.items()]


def tax_report(period: Period, days: Iterable[DayTaxed]) -> TaxReport:
    """The report of what was sold at each rate on each day."""
    return TaxReport(period, sorted(days, key=lambda day: (day.day, RATES.index(day.tax_rate))))


def _sum(taxed: Sequence[Taxed]) -> Taxed:
    return Taxed(sum((each.base for each in taxed), ZERO), sum((each.tax for each in taxed), ZERO))
