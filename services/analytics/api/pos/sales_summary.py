"""`/api/analytics/sales-summary/`, for ADMIN and OWNER (contract §6). Money is JSON numbers here."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated

from fastapi import Response
from pydantic import Field
from typing_extensions import TypedDict

from libs.common.http.callers import AdminOrOwner
from libs.common.http.csv_files import Cell
from libs.common.http.described import described, example, refuses
from libs.common.http.refusals import NotAcceptable
from libs.common.http.replies import money_number
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
from services.analytics.domain.sales_summary import HourSales, MethodSales, ProductSales, Sales, SalesSummary
from services.analytics.usecases.reports.summarising import summarise_sales

BeforeTax = Annotated[float, Field(description="Before tax.")]
COLUMNS = (
    *("section", "product_name", "hour", "payment_method", "tickets", "units_sold"),
    *("total_before_tax", "total", "average_ticket", "lowest_ticket", "highest_ticket"),
)
"""Of the CSV. A row of products has its total before tax, all others theirs with tax."""
ROWS: tuple[Row, ...] = (
    {
        "section": "general_summary",
        "tickets": 2,
        "units_sold": 5,
        "total": Decimal(2494),
        "average_ticket": Decimal(1247),
        "lowest_ticket": Decimal(174),
        "highest_ticket": Decimal(2320),
    },
    {"section": "products", "product_name": "Laptop", "units_sold": 2, "total_before_tax": Decimal(2000)},
)


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


@pos.get("/analytics/sales-summary/", response_model=SalesSummaryOut, responses=or_csv(COLUMNS, *ROWS))
@refuses(*OF_DATES, *NO_SALES, NotAcceptable())
async def find_sales_summary(
    who: AdminOrOwner,
    deps: DepsDep,
    wants: WantedType,
    *,
    start_date: StartDate = None,
    end_date: EndDate = None,
) -> Response:
    """Summarise the sales from `start_date` to `end_date`, both included.

    Malformed or reversed dates, and days without a sale: 400 with the first and last day of record.
    """
    report = await summarise_sales(start_date, end_date, desk=desk_of(deps))
    return reply_report(report, wants, shape=_summary, table=_table)


def _summary(summary: SalesSummary) -> SalesSummaryOut:
    overall = summary.overall
    return {
        "analyzed_period": period_out(summary.period),
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


def _table(summary: SalesSummary) -> Table:
    return Table(file_name("sales-summary", summary.period), COLUMNS, _rows(summary))


def _rows(summary: SalesSummary) -> Iterator[Row]:
    overall = _tickets(summary.overall) | {"lowest_ticket": summary.lowest_ticket}
    yield {"section": "general_summary", "units_sold": summary.total_units_sold, **overall}
    for product in summary.products:
        yield {
            "section": "products",
            "product_name": product.product_name,
            "units_sold": product.units_sold,
            "total_before_tax": product.revenue,
        }
    for hour in summary.hours:
        yield {
            "section": "peak_hours",
            "hour": hour.hour,
            "lowest_ticket": hour.lowest_ticket,
            **_tickets(hour),
        }
    for method in summary.payment_methods:
        yield {"section": "payment_methods", "payment_method": method.payment_method, **_tickets(method)}


def _tickets(sold: Sales | HourSales | MethodSales) -> dict[str, Cell]:
    return {
        "tickets": sold.tickets,
        "total": sold.revenue,
        "average_ticket": sold.average_ticket,
        "highest_ticket": sold.highest_ticket,
    }
