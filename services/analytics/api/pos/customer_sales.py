"""`/api/analytics/customer-sales/`, for ADMIN and OWNER (contract §6). Money is JSON numbers here."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated

from fastapi import Query, Response
from pydantic import WithJsonSchema
from typing_extensions import TypedDict

from libs.common.http.callers import AdminOrOwner
from libs.common.http.csv_files import Cell
from libs.common.http.described import TOLD_AS_REQUIRED, described, example, refuses
from libs.common.http.fields import NotAccepted, whole_number
from libs.common.http.refusals import NotAcceptable
from libs.common.http.replies import money_number
from services.analytics.api.pos.door import pos
from services.analytics.api.pos.periods import (
    OF_DATES,
    EndDate,
    PeriodOut,
    StartDate,
    file_name,
    period_out,
)
from services.analytics.api.pos.replies import Row, Table, WantedType, or_csv, reply_report
from services.analytics.deps import DepsDep, desk_of
from services.analytics.domain.customer_sales import (
    CustomerIdRequired,
    CustomerNotFound,
    CustomerSales,
    ProductBought,
)
from services.analytics.domain.tickets import HourTickets, MethodTickets, Tickets
from services.analytics.usecases.reports.customer_sales import tell_customer_sales

NO_PURCHASES = "This customer made no purchases during the selected period."

COLUMNS = (
    *("section", "customer_id", "customer_name", "email", "product_name", "hour", "payment_method"),
    *("tickets", "units_bought", "total", "average_ticket"),
)
"""Of the CSV. Totals are with tax."""
ROWS: tuple[Row, ...] = (
    {"section": "customer_info", "customer_id": 5, "customer_name": "Juan Pérez"},
    {"section": "sales_metrics", "tickets": 3, "total": Decimal(1500), "average_ticket": Decimal(500)},
)

CustomerId = Annotated[
    Annotated[str | None, WithJsonSchema({"type": "integer"})],
    Query(description="The customer's id.", json_schema_extra=TOLD_AS_REQUIRED),
]


class CustomerNameOut(TypedDict):
    """A customer, also one that was deleted."""

    id: int
    name: str


class CustomerOut(CustomerNameOut):
    """A customer with their email, which may be null."""

    email: str | None


@described
class SalesMetricsOut(TypedDict):
    """All purchases together; money with tax."""

    total_spent: float
    """The sum of the tickets, tax included."""
    average_ticket: float
    """Per ticket, tax included."""
    total_tickets: int
    """The number of purchases."""


@described
class TopProductBoughtOut(TypedDict):
    """The product on which most was spent."""

    product_name: str
    total_spent_on_product: float
    """Tax included."""
    units_bought: int
    """Pieces."""


@described
class BuyingHourOut(TypedDict):
    """The purchases of an hour of the store's clock, summed over all days."""

    hour: int
    """0 to 23, of the store's clock."""
    total_spent: float
    """Tax included."""
    ticket_count: int
    """The number of purchases."""


@described
class MethodUsedOut(TypedDict):
    """The purchases paid by a method; money with tax."""

    payment_method: str
    total_sales: int
    """The number of purchases."""
    average_ticket: float
    """Tax included."""
    accumulated_amount: float
    """The sum of the tickets, tax included."""


@example(
    {
        "customer_info": {"id": 5, "name": "Juan Pérez", "email": "juan.perez@email.com"},
        "analyzed_period": {"start_date": "2026-02-01", "end_date": "2026-02-28"},
        "sales_metrics": {"total_spent": 1500.0, "average_ticket": 500.0, "total_tickets": 3},
        "top_product": {"product_name": "Laptop", "total_spent_on_product": 1000.0, "units_bought": 1},
        "peak_buying_hours": [
            {"hour": 18, "total_spent": 1000.0, "ticket_count": 1},
            {"hour": 10, "total_spent": 500.0, "ticket_count": 2},
        ],
        "payment_methods": [
            {
                "payment_method": "CARD",
                "total_sales": 2,
                "average_ticket": 250.0,
                "accumulated_amount": 500.0,
            },
            {
                "payment_method": "CASH",
                "total_sales": 1,
                "average_ticket": 1000.0,
                "accumulated_amount": 1000.0,
            },
        ],
    }
)
class CustomerSalesOut(TypedDict):
    """What a customer bought in a period, when, and how they paid."""

    customer_info: CustomerOut
    """The customer."""
    analyzed_period: PeriodOut
    """The days that were asked for."""
    sales_metrics: SalesMetricsOut
    """All purchases together."""
    top_product: TopProductBoughtOut | None
    """The product on which most was spent; null if nothing but empty orders was paid."""
    peak_buying_hours: list[BuyingHourOut]
    """Every hour with a purchase, the highest sum first."""
    payment_methods: list[MethodUsedOut]
    """How they paid, the method of most purchases first."""


@example(
    {
        "customer_info": {"id": 5, "name": "Juan Pérez"},
        "analyzed_period": {"start_date": "2026-02-01", "end_date": "2026-02-28"},
        "detail": NO_PURCHASES,
    }
)
class NoPurchasesOut(TypedDict):
    """The answer for a customer who bought nothing in the period."""

    customer_info: CustomerNameOut
    """The customer."""
    analyzed_period: PeriodOut
    """The days that were asked for."""
    detail: str
    """That nothing was bought."""


@pos.get(
    "/analytics/customer-sales/",
    response_model=CustomerSalesOut | NoPurchasesOut,
    responses=or_csv(COLUMNS, *ROWS),
)
@refuses(CustomerIdRequired(), *OF_DATES, CustomerNotFound(), NotAcceptable())
async def find_customer_sales(
    who: AdminOrOwner,
    deps: DepsDep,
    wants: WantedType,
    *,
    customer_id: CustomerId = None,
    start_date: StartDate = None,
    end_date: EndDate = None,
) -> Response:
    """Summarise a customer's purchases from `start_date` to `end_date`.

    A period without a purchase: 200 with `detail`. Customers that were deleted keep their history.
    """
    number = _customer_id(customer_id)
    report = await tell_customer_sales(number, start_date, end_date, desk=desk_of(deps))
    return reply_report(report, wants, shape=_sales, table=_table)


def _customer_id(text: str | None) -> int:
    try:
        return whole_number(text)
    except NotAccepted:
        raise CustomerIdRequired from None


def _sales(sales: CustomerSales) -> CustomerSalesOut | NoPurchasesOut:
    customer, overall = sales.customer, sales.overall
    if overall is None:
        return {
            "customer_info": {"id": customer.customer_id, "name": customer.name},
            "analyzed_period": period_out(sales.period),
            "detail": NO_PURCHASES,
        }
    return {
        "customer_info": {"id": customer.customer_id, "name": customer.name, "email": customer.email},
        "analyzed_period": period_out(sales.period),
        "sales_metrics": {
            "total_spent": money_number(overall.revenue),
            "average_ticket": money_number(overall.average_ticket),
            "total_tickets": overall.tickets,
        },
        "top_product": _top_product(sales.top_product),
        "peak_buying_hours": [_hour(hour) for hour in sales.hours],
        "payment_methods": [_method(method) for method in sales.payment_methods],
    }


def _top_product(product: ProductBought | None) -> TopProductBoughtOut | None:
    if product is None:
        return None
    return {
        "product_name": product.product_name,
        "total_spent_on_product": money_number(product.spent),
        "units_bought": product.units,
    }


def _hour(bought: HourTickets) -> BuyingHourOut:
    return {
        "hour": bought.hour,
        "total_spent": money_number(bought.revenue),
        "ticket_count": bought.tickets,
    }


def _method(used: MethodTickets) -> MethodUsedOut:
    return {
        "payment_method": used.payment_method,
        "total_sales": used.tickets,
        "average_ticket": money_number(used.average_ticket),
        "accumulated_amount": money_number(used.revenue),
    }


def _table(sales: CustomerSales) -> Table:
    name = file_name(f"customer-sales_{sales.customer.customer_id}", sales.period)
    return Table(name, COLUMNS, _rows(sales))


def _rows(sales: CustomerSales) -> Iterator[Row]:
    yield {
        "section": "customer_info",
        "customer_id": sales.customer.customer_id,
        "customer_name": sales.customer.name,
        "email": sales.customer.email,
    }
    if sales.overall:
        yield {"section": "sales_metrics", **_tickets(sales.overall)}
    if top := sales.top_product:
        yield {
            "section": "top_product",
            "product_name": top.product_name,
            "units_bought": top.units,
            "total": top.spent,
        }
    for hour in sales.hours:
        yield {"section": "peak_buying_hours", "hour": hour.hour, **_tickets(hour)}
    for method in sales.payment_methods:
        yield {"section": "payment_methods", "payment_method": method.payment_method, **_tickets(method)}


def _tickets(bought: Tickets) -> dict[str, Cell]:
    return {"tickets": bought.tickets, "total": bought.revenue, "average_ticket": bought.average_ticket}
