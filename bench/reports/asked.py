"""The reports that are measured, and plain SQL for the same answer from the facts alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import LiteralString
from urllib.parse import urlencode

from bench.reports.years import BEST_CUSTOMER

LINES = "from line_facts where day between %(start)s and %(end)s"
SALES = "from sale_facts where day between %(start)s and %(end)s"

PRODUCTS: LiteralString = f"select product_id, sum(quantity), sum(amount) {LINES} group by 1 order by 3 desc"
HOURS: LiteralString = (
    f"select hour, count(*), sum(final_amount), min(final_amount), max(final_amount) {SALES} group by 1"
)
METHODS: LiteralString = (
    f"select payment_method, count(*), sum(final_amount), max(final_amount) {SALES} group by 1"
)
DAYS: LiteralString = f"select day, channel, count(*), sum(units), sum(final_amount) {SALES} group by 1, 2"
BEFORE: LiteralString = DAYS.replace("%(start)s", "%(before)s").replace("%(end)s", "%(start)s - 1")
WEEK_HOURS: LiteralString = f"""
select extract(isodow from day), hour, channel, count(*), sum(units), sum(final_amount)
{SALES} group by 1, 2, 3
"""
SELLERS: LiteralString = f"""
select user_id, count(*), sum(units), sum(final_amount) {SALES} and channel = 'POS' group by 1
"""
TAXES: LiteralString = f"select day, tax_rate, sum(amount), sum(tax_amount) {LINES} group by 1, 2"


@dataclass(frozen=True, slots=True)
class Span:
    """A measured period."""

    name: str
    start: date
    end: date

    @property
    def days(self) -> int:
        """Its length."""
        return (self.end - self.start).days + 1

    @property
    def params(self) -> Mapping[str, object]:
        """The parameters of plain statements."""
        return {"start": self.start, "end": self.end, "before": self.start - timedelta(days=self.days)}


@dataclass(frozen=True, slots=True)
class Asked:
    """A report: its path below `/api/analytics`, its query, and the plain statements (none: no rollup helps).

    `dates` are the query's parameters that get the start and the end, `days` the one that gets the length.
    """

    path: str
    query: Mapping[str, str | int]
    plain: Sequence[LiteralString] = ()
    dates: tuple[str, ...] = ("start_date", "end_date")
    days: str | None = None

    @property
    def name(self) -> str:
        """As it is shown."""
        return f"{self.path} {urlencode(self.query)}".strip()

    def url(self, span: Span) -> str:
        """The target of the request for a period."""
        query = dict(self.query)
        query.update(zip(self.dates, (span.start.isoformat(), span.end.isoformat()), strict=False))
        if self.days:
            query[self.days] = span.days
        return f"/api/analytics/{self.path}/?{urlencode(query)}"


def spans(last_day: date, first_day: date) -> tuple[Span, Span]:
    """The last thirty days, and nearly all, with edges in the middle of months."""
    return (
        Span("30 days", last_day - timedelta(days=29), last_day),
        Span("3 years", first_day + timedelta(days=12), last_day),
    )


REPORTS = (
    Asked("sales-summary", {}, [HOURS, METHODS, PRODUCTS]),
    Asked("product-ranking", {"criterion": "both", "limit": 1000}, [PRODUCTS]),
    Asked("customer-sales", {"customer_id": BEST_CUSTOMER}),
    Asked("timeline", {"by": "day"}, [DAYS, BEFORE]),
    Asked("timeline", {"by": "hour_of_week"}, [WEEK_HOURS, WEEK_HOURS]),
    Asked("staff", {}, [SELLERS]),
    Asked("taxes", {}, [TAXES]),
    Asked("reports/low-stock", {"limit": 1000}, dates=()),
    Asked("reports/dead-inventory", {"limit": 1000}, dates=("reference_date",)),
    Asked("sales-velocity", {"identifier": "SKU-5"}, dates=(), days="period_days"),
    Asked("inventory-valuation", {}, dates=()),
    Asked("suggested-orders", {"limit": 1000}, dates=(), days="period_days"),
    *(
        Asked("overview", {"range": named}, dates=())
        for named in ("today", "7days", "month", "30days", "year")
    ),
)
