"""`/api/analytics/reports/`: lists of products, for ADMIN and OWNER (contract §6, POS document §28 and §29).

A list without a product is the documented message. As CSV a list is sent whole.
"""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Query, Request, Response
from pydantic import WithJsonSchema
from typing_extensions import TypedDict

from libs.common.db.listing import ListQuery
from libs.common.db.pages import Page
from libs.common.http.callers import AdminOrOwner
from libs.common.http.csv_files import CSV
from libs.common.http.described import DayText, example, refuses
from libs.common.http.lists import list_query, reply_list
from libs.common.http.refusals import NotAcceptable
from services.analytics.api.pos.door import pos
from services.analytics.api.pos.replies import Row, WantedType, headers_of, or_csv, reply_rows
from services.analytics.deps import DepsDep, desk_of
from services.analytics.usecases.reports.dead_inventory import (
    DeadProduct,
    all_dead_inventory,
    list_dead_inventory,
)
from services.analytics.usecases.reports.desk import Report
from services.analytics.usecases.reports.low_stock import LowProduct, all_low_stock, list_low_stock

NONE_LOW = "No hay productos dentro del umbral establecido."
NONE_DEAD = "Todos los productos han tenido ventas en este período."

LOW_COLUMNS = ("id", "name", "sku", "current_stock", "low_stock_threshold")
DEAD_COLUMNS = ("id", "name", "sku", "current_stock", "last_sale")

T = TypeVar("T")

PageQuery = Annotated[ListQuery, Depends(list_query())]
# Parsed by the use case, because what is malformed is answered as a list without products.
Threshold = Annotated[
    Annotated[str, WithJsonSchema({"type": "integer"})] | None,
    Query(
        description="The highest stock that is listed; by default the low-stock threshold of each product."
    ),
]
ReferenceDate = Annotated[
    DayText | None,
    Query(description="The day since when there was no sale, which counts; by default 30 days before today."),
]

COCA_COLA: Row = {
    "id": 3,
    "name": "Coca Cola 600ml",
    "sku": "KO-600-MX",
    "current_stock": 8,
    "low_stock_threshold": 10,
}
PHONE_CASE: Row = {
    "id": 14,
    "name": "Funda iPhone 12 Rosa",
    "sku": "FIP12R",
    "current_stock": 15,
    "last_sale": "2025-11-29",
}


@example({"message": NONE_LOW})
class NoProductsOut(TypedDict):
    """No product is in the list."""

    message: str
    """Says so, for people."""


@example(COCA_COLA)
class LowStockOut(TypedDict):
    """A product whose stock is low."""

    id: int
    name: str
    sku: str
    """As it is written in the catalogue."""
    current_stock: int
    """Pieces, those that are reserved included."""
    low_stock_threshold: int
    """At or below this stock the product itself counts as low."""


@example(PHONE_CASE)
class DeadStockOut(TypedDict):
    """A product that was not sold."""

    id: int
    name: str
    sku: str
    """As it is written in the catalogue."""
    current_stock: int
    """Pieces, those that are reserved included."""
    last_sale: DayText | None
    """The day of its last sale, in the store's time zone; null if it was never sold."""


@pos.get(
    "/analytics/reports/low-stock/",
    response_model=list[LowStockOut] | NoProductsOut,
    responses=or_csv(LOW_COLUMNS, COCA_COLA),
)
@refuses(NotAcceptable())
async def list_products_with_low_stock(
    request: Request,
    who: AdminOrOwner,
    deps: DepsDep,
    wants: WantedType,
    query: PageQuery,
    *,
    threshold: Threshold = None,
) -> Response:
    """List the products whose stock is at or below a threshold, highest stock first.

    A `threshold` that is no whole number finds no product. As CSV all products are sent.
    """
    desk = desk_of(deps)
    if wants == CSV:
        return await reply_rows("low-stock", LOW_COLUMNS, all_low_stock(threshold, desk=desk), _low)
    report = await list_low_stock(threshold, query, desk=desk)
    return _reply_page(request, report, query, _low, nothing=NONE_LOW)


@pos.get(
    "/analytics/reports/dead-inventory/",
    response_model=list[DeadStockOut] | NoProductsOut,
    responses=or_csv(DEAD_COLUMNS, PHONE_CASE),
)
@refuses(NotAcceptable())
async def list_dead_stock(
    request: Request,
    who: AdminOrOwner,
    deps: DepsDep,
    wants: WantedType,
    query: PageQuery,
    *,
    reference_date: ReferenceDate = None,
) -> Response:
    """List the products without a sale since a day, by id.

    A `reference_date` that is no date finds no product. As CSV all products are sent.
    """
    desk = desk_of(deps)
    if wants == CSV:
        batches = all_dead_inventory(reference_date, desk=desk)
        return await reply_rows("dead-inventory", DEAD_COLUMNS, batches, _dead)
    report = await list_dead_inventory(reference_date, query, desk=desk)
    return _reply_page(request, report, query, _dead, nothing=NONE_DEAD)


def _reply_page(
    request: Request, report: Report[Page[T]], query: ListQuery, shape: Callable[[T], Any], *, nothing: str
) -> Response:
    page = report.content
    is_empty = page.total.rows == 0 or not (page.items or query.offset or query.after)
    content = {"message": nothing} if is_empty else [shape(item) for item in page.items]
    return reply_list(request, content, page, query, headers=headers_of(report))


def _low(product: LowProduct) -> Row:
    return {
        "id": product.product_id,
        "name": product.name,
        "sku": product.sku,
        "current_stock": product.current_stock,
        "low_stock_threshold": product.low_stock_threshold,
    }


def _dead(product: DeadProduct) -> Row:
    return {
        "id": product.product_id,
        "name": product.name,
        "sku": product.sku,
        "current_stock": product.current_stock,
        "last_sale": product.last_sale and product.last_sale.isoformat(),
    }
