"""`/api/analytics/suggested-orders/`, for ADMIN and OWNER: what to order from each supplier."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated

from fastapi import Query, Request, Response
from pydantic import Field, WithJsonSchema
from typing_extensions import TypedDict

from libs.common.http.callers import AdminOrOwner
from libs.common.http.csv_files import CSV
from libs.common.http.described import described, example, refuses
from libs.common.http.fields import Boolean, Parameters, PrimaryKey
from libs.common.http.lists import reply_list
from libs.common.http.refusals import NotAcceptable
from libs.common.http.replies import money_number
from services.analytics.api.pos.door import pos
from services.analytics.api.pos.figures import number_or_null
from services.analytics.api.pos.inventory_lists import PageQuery
from services.analytics.api.pos.periods import PeriodOut, period_out
from services.analytics.api.pos.replies import Row, WantedType, headers_of, or_csv, reply_rows
from services.analytics.deps import DepsDep, desk_of
from services.analytics.domain.suggested_orders import (
    COVER_DAYS_MAX,
    CoverDaysRefused,
    SuggestedProduct,
    by_supplier,
)
from services.analytics.domain.velocity import PERIOD_DAYS_MAX, PeriodDaysRefused
from services.analytics.usecases.reports.suggesting import (
    Suggestions,
    WantedOrders,
    all_suggested,
    suggest_orders,
)

COLUMNS = (
    *("supplier_id", "supplier_name", "product_id", "name", "sku", "current_stock", "low_stock_threshold"),
    *("units_sold", "days_in_stock", "sales_velocity", "days_of_cover", "order_quantity"),
    *("unit_cost", "order_cost"),
)
ROW: Row = {
    "supplier_id": 3,
    "supplier_name": "Distribuidora del Norte",
    "product_id": 12,
    "name": "Coca Cola 600ml",
    "sku": "KO-600-MX",
    "current_stock": 20,
    "low_stock_threshold": 10,
    "units_sold": 60,
    "days_in_stock": 20,
    "sales_velocity": Decimal(3),
    "days_of_cover": 6,
    "order_quantity": 22,
    "unit_cost": Decimal("11.50"),
    "order_cost": Decimal(253),
}

# Parsed by the use case, whose refusals say which numbers there are.
CoverDays = Annotated[str, WithJsonSchema({"type": "integer", "minimum": 1, "maximum": COVER_DAYS_MAX})]
PeriodDays = Annotated[str, WithJsonSchema({"type": "integer", "minimum": 1, "maximum": PERIOD_DAYS_MAX})]


class WantedOrdersIn(Parameters):
    """What the suggestions are made for."""

    cover_days: CoverDays | None = None
    """How many days the stock shall last; by default 14."""
    period_days: PeriodDays | None = None
    """How many days of sales are read, up to today; by default 30."""
    supplier_id: Annotated[int, PrimaryKey()] | None = Field(default=None, alias="supplier")
    """Only the products of this supplier."""
    everything: Annotated[bool, Boolean()] = Field(default=False, alias="all")
    """Also the products of which nothing is to order."""


@described
class SuggestedProductOut(TypedDict):
    """A product, and how much of it to order."""

    product_id: int
    name: str
    sku: str
    """As it is in the catalogue."""
    current_stock: int
    """Pieces in stock now."""
    low_stock_threshold: int
    """At or below this stock the product counts as low."""
    units_sold: int
    """Pieces sold in the period."""
    days_in_stock: int
    """The days of the period on which the product was in stock at any moment."""
    sales_velocity: float
    """Pieces a day, by the days in stock (all days, if none is known), to 2 decimals."""
    days_of_cover: int | None
    """The full days that the stock lasts at the velocity, unrounded; null if nothing was sold."""
    order_quantity: int
    """The pieces that are missing for `cover_days`, at least so many that the stock is not low."""
    unit_cost: float | None
    """Null if it is not known."""
    order_cost: float | None
    """The cost of `order_quantity`; null if it is not known."""


@described
class SuggestedOrderOut(TypedDict):
    """What to order from a supplier; the sums include products on other pages."""

    supplier_id: int | None
    """Null for products without a supplier, which come last."""
    supplier_name: str | None
    """Null for products without a supplier, and until analytics has heard of it."""
    products_to_order: int
    """How many products are to order."""
    pieces_to_order: int
    """The pieces of all products."""
    order_cost: float
    """The cost of all products whose cost is known."""
    products_without_cost: int
    """How many products to order have no known cost."""
    products: list[SuggestedProductOut]
    """The products of this page, by id."""


@example(
    {
        "analyzed_period": {"start_date": "2026-02-01", "end_date": "2026-03-02"},
        "cover_days": 14,
        "suppliers": [
            {
                "supplier_id": 3,
                "supplier_name": "Distribuidora del Norte",
                "products_to_order": 1,
                "pieces_to_order": 22,
                "order_cost": 253.0,
                "products_without_cost": 0,
                "products": [
                    {
                        "product_id": 12,
                        "name": "Coca Cola 600ml",
                        "sku": "KO-600-MX",
                        "current_stock": 20,
                        "low_stock_threshold": 10,
                        "units_sold": 60,
                        "days_in_stock": 20,
                        "sales_velocity": 3.0,
                        "days_of_cover": 6,
                        "order_quantity": 22,
                        "unit_cost": 11.5,
                        "order_cost": 253.0,
                    }
                ],
            }
        ],
    }
)
class SuggestedOrdersOut(TypedDict):
    """What to order from each supplier."""

    analyzed_period: PeriodOut
    """The days whose sales were read."""
    cover_days: int
    """The days that the stock shall last."""
    suppliers: list[SuggestedOrderOut]
    """By id; products without a supplier come last."""


@pos.get("/analytics/suggested-orders/", response_model=SuggestedOrdersOut, responses=or_csv(COLUMNS, ROW))
@refuses(CoverDaysRefused(), PeriodDaysRefused(), NotAcceptable())
async def list_suggested_orders(
    request: Request,
    who: AdminOrOwner,
    deps: DepsDep,
    wants: WantedType,
    query: PageQuery,
    asked: Annotated[WantedOrdersIn, Query()],
) -> Response:
    """Suggest what to order from each supplier, so that the stock lasts for some days.

    The velocity of a product is that of the days on which it was in stock. The pieces to order are those that
    are missing for `cover_days`, rounded up, at least so many that the stock is above its threshold. Of a
    product that was not sold in the period nothing is ordered: a longer `period_days` finds older sales.

    A page has `limit` products; as CSV all products are sent.
    """
    wanted = asked.into(WantedOrders)
    desk = desk_of(deps)
    if wants == CSV:
        return await reply_rows("suggested-orders", COLUMNS, all_suggested(wanted, desk=desk), _row)
    report = await suggest_orders(wanted, query, desk=desk)
    content = _suggestions(report.content)
    return reply_list(request, content, report.content.page, query, headers=headers_of(report))


def _suggestions(suggestions: Suggestions) -> SuggestedOrdersOut:
    return {
        "analyzed_period": period_out(suggestions.period),
        "cover_days": suggestions.cover_days,
        "suppliers": [_order(products) for products in by_supplier(suggestions.page.items)],
    }


def _order(products: Sequence[SuggestedProduct]) -> SuggestedOrderOut:
    supplier = products[0]
    return {
        "supplier_id": supplier.supplier_id,
        "supplier_name": supplier.supplier_name,
        "products_to_order": supplier.products_to_order,
        "pieces_to_order": supplier.pieces_to_order,
        "order_cost": money_number(supplier.total_cost),
        "products_without_cost": supplier.products_without_cost,
        "products": [_product(product) for product in products],
    }


def _product(product: SuggestedProduct) -> SuggestedProductOut:
    return {
        "product_id": product.product_id,
        "name": product.name,
        "sku": product.sku,
        "current_stock": product.current_stock,
        "low_stock_threshold": product.low_stock_threshold,
        "units_sold": product.units_sold,
        "days_in_stock": product.days_in_stock,
        "sales_velocity": money_number(product.velocity),
        "days_of_cover": product.days_of_cover,
        "order_quantity": product.order_quantity,
        "unit_cost": number_or_null(product.unit_cost),
        "order_cost": number_or_null(product.order_cost),
    }


def _row(product: SuggestedProduct) -> Row:
    return {
        "supplier_id": product.supplier_id,
        "supplier_name": product.supplier_name,
        "product_id": product.product_id,
        "name": product.name,
        "sku": product.sku,
        "current_stock": product.current_stock,
        "low_stock_threshold": product.low_stock_threshold,
        "units_sold": product.units_sold,
        "days_in_stock": product.days_in_stock,
        "sales_velocity": product.velocity,
        "days_of_cover": product.days_of_cover,
        "order_quantity": product.order_quantity,
        "unit_cost": product.unit_cost,
        "order_cost": product.order_cost,
    }
