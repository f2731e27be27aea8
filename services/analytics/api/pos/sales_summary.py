"""`/api/analytics/sales-summary/`, for ADMIN and OWNER (contract §6). Money is JSON numbers here."""

from datetime import date
from typing import Annotated

from fastapi import Query, Response
from pydantic import Field
from typing_extensions import TypedDict

from libs.common.http.callers import AdminOrOwner
from libs.common.http.described import DayText, described, example, refuses
from libs.common.http.replies import money_number
from services.analytics.api.pos.door import pos
from services.analytics.api.pos.replies import reply_report
from services.analytics.deps import DepsDep, desk_of
from services.analytics.domain.periods import (
    DateMalformed,
    NoSalesInPeriod,
    NoSalesOnDay,
    Period,
    PeriodReversed,
    Records,
)
from services.analytics.domain.sales_summary import HourSales, MethodSales, ProductSales, SalesSummary
from services.analytics.usecases.reports.summarising import summarise_sales

RECORDS = Records(first=date(2026, 1, 15), last=date(2026, 3, 6))
"""The days of record of the shop in the examples."""

BeforeTax = Annotated[float, Field(description="Before tax.")]
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


@described
class GeneralOut(TypedDict):
    """All sales together; money with tax."""

    total_revenue: float
    """The sum of all tickets, tax included."""
    average_ticket: float
    """Revenue per ticket, tax included."""
    lowest_ticket: float
    """Tax included."""
    highest_ticket: float
    """Tax included."""
    total_tickets: int
    """The number of paid orders."""


class TopProductOut(TypedDict):
    """The product with the highest revenue (before tax)."""

    product_name: str
    revenue: BeforeTax


@described
class ProductSalesOut(TopProductOut):
    """The sales of a product."""

    units_sold: int
    """Pieces."""


@described
class ProductsOut(TypedDict):
    """All products sold, by revenue."""

    total_units_sold: int
    """Pieces of all products."""
    top_product: TopProductOut | None
    """The product with the highest revenue; null if nothing was sold."""
    breakdown: list[ProductSalesOut]
    """All products that were sold, the highest revenue first."""


@described
class HourOut(TypedDict):
    """The sales of an hour of the store's clock, summed over all days; money with tax."""

    hour: int
    """0 to 23, of the store's clock."""
    total_revenue: float
    """Tax included."""
    ticket_count: int
    """The number of paid orders."""


@described
class PeakHoursOut(TypedDict):
    """The sales of each hour of the day, with the best hours."""

    most_profitable_hour: HourOut
    """The hour with the highest revenue."""
    busiest_hour: HourOut
    """The hour with the most tickets."""
    hourly_breakdown: list[HourOut]
    """Every hour with a sale."""


@described
class PaymentMethodOut(TypedDict):
    """The sales of a payment method; money with tax."""

    payment_method: str
    total_sales: int
    """The number of paid orders."""
    average_ticket: float
    """Tax included."""
    highest_ticket: float
    """Tax included."""
    accumulated_amount: float
    """The sum of the tickets, tax included."""


@example(
    {
        "analyzed_period": {"start_date": "2026-02-01", "end_date": "2026-02-28"},
        "general_summary": {
            "total_revenue": 2494.0,
            "average_ticket": 1247.0,
            "lowest_ticket": 174.0,
            "highest_ticket": 2320.0,
            "total_tickets": 2,
        },
        "products": {
            "total_units_sold": 5,
            "top_product": {"product_name": "Laptop", "revenue": 2000.0},
            "breakdown": [
                {"product_name": "Laptop", "units_sold": 2, "revenue": 2000.0},
                {"product_name": "Mouse", "units_sold": 3, "revenue": 150.0},
            ],
        },
        "peak_hours": {
            "most_profitable_hour": {"hour": 14, "total_revenue": 2320.0, "ticket_count": 1},
            "busiest_hour": {"hour": 14, "total_revenue": 2320.0, "ticket_count": 1},
            "hourly_breakdown": [
                {"hour": 10, "total_revenue": 174.0, "ticket_count": 1},
                {"hour": 14, "total_revenue": 2320.0, "ticket_count": 1},
            ],
        },
        "payment_methods": [
            {
                "payment_method": "CARD",
                "total_sales": 2,
                "average_ticket": 1247.0,
                "highest_ticket": 2320.0,
                "accumulated_amount": 2494.0,
            }
        ],
    }
)
class SalesSummaryOut(TypedDict):
    """The sales of a period: money, products, hours, payment methods."""

    analyzed_period: PeriodOut
    """The days that were asked for."""
    general_summary: GeneralOut
    """All sales together."""
    products: ProductsOut
    """What was sold."""
    peak_hours: PeakHoursOut
    """When it was sold."""
    payment_methods: list[PaymentMethodOut]
    """How it was paid."""


@pos.get("/analytics/sales-summary/", response_model=SalesSummaryOut)
@refuses(
    DateMalformed(RECORDS),
    PeriodReversed(RECORDS),
    NoSalesOnDay(Period(date(2026, 2, 1), date(2026, 2, 1)), RECORDS),
    NoSalesInPeriod(Period(date(2026, 2, 1), date(2026, 2, 28)), RECORDS),
)
async def find_sales_summary(
    who: AdminOrOwner, deps: DepsDep, start_date: StartDate = None, end_date: EndDate = None
) -> Response:
    """Summarise the sales from `start_date` to `end_date`, both included.

    Malformed or reversed dates, and days without a sale: 400 with the first and last day of record.
    """
    return reply_report(await summarise_sales(start_date, end_date, desk=desk_of(deps)), _summary)


def _summary(summary: SalesSummary) -> SalesSummaryOut:
    overall = summary.overall
    return {
        "analyzed_period": _period(summary.period),
        "general_summary": {
            "total_revenue": money_number(overall.revenue),
            "average_ticket": money_number(overall.average_ticket),
            "lowest_ticket": money_number(summary.lowest_ticket),
            "highest_ticket": money_number(overall.highest_ticket),
            "total_tickets": overall.tickets,
        },
        "products": {
            "total_units_sold": summary.total_units_sold,
            "top_product": _top_product(summary.top_product),
            "breakdown": [_product(product) for product in summary.products],
        },
        "peak_hours": {
            "most_profitable_hour": _hour(summary.most_profitable_hour),
            "busiest_hour": _hour(summary.busiest_hour),
            "hourly_breakdown": [_hour(hour) for hour in summary.hours],
        },
        "payment_methods": [_payment_method(method) for method in summary.payment_methods],
    }


def _period(period: Period) -> PeriodOut:
    return {"start_date": period.start.isoformat(), "end_date": period.end.isoformat()}


def _top_product(product: ProductSales | None) -> TopProductOut | None:
    if product is None:
        return None
    return {"product_name": product.product_name, "revenue": money_number(product.revenue)}


def _product(product: ProductSales) -> ProductSalesOut:
    return {
        "product_name": product.product_name,
        "units_sold": product.units_sold,
        "revenue": money_number(product.revenue),
    }


def _hour(sold: HourSales) -> HourOut:
    return {"hour": sold.hour, "total_revenue": money_number(sold.revenue), "ticket_count": sold.tickets}


def _payment_method(sold: MethodSales) -> PaymentMethodOut:
    return {
        "payment_method": sold.payment_method,
        "total_sales": sold.tickets,
        "average_ticket": money_number(sold.average_ticket),
        "highest_ticket": money_number(sold.highest_ticket),
        "accumulated_amount": money_number(sold.revenue),
    }
