"""`/api/analytics/inventory-valuation/`, for ADMIN and OWNER (contract §6, POS document: the second §31)."""

from decimal import Decimal
from typing import Annotated

from fastapi import Query, Response
from typing_extensions import TypedDict

from libs.common.http.callers import AdminOrOwner
from libs.common.http.described import described, example, refuses
from libs.common.http.refusals import NotAcceptable
from libs.common.http.replies import money_number
from services.analytics.api.pos.door import pos
from services.analytics.api.pos.replies import Row, Table, WantedType, or_csv, reply_report
from services.analytics.deps import DepsDep, desk_of
from services.analytics.domain.valuation import NothingInStock
from services.analytics.usecases.reports.valuation import Valuation, value_stock

COLUMNS = (
    *("scope", "total_inventory_cost", "total_potential_sale", "total_potential_profit"),
    "profit_margin_percentage",
)
ROW: Row = {
    "scope": "Entire Inventory",
    "total_inventory_cost": Decimal(150),
    "total_potential_sale": Decimal(174),
    "total_potential_profit": Decimal(24),
    "profit_margin_percentage": Decimal("13.79"),
}

ProductIdentifier = Annotated[
    str | None,
    Query(
        description="The whole sku or name of a product; capitals do not matter. Without it, all products."
    ),
]


@described
class FinancialMetricsOut(TypedDict):
    """The value of the stock."""

    total_inventory_cost: float
    """What it cost, before tax: the cost of each product where it is known, otherwise its price."""
    total_potential_sale: float
    """What it brings at today's prices, tax included."""
    total_potential_profit: float
    """The difference of the two."""
    profit_margin_percentage: float
    """The profit in percent of the sale, to 2 decimals."""


@example(
    {
        "scope": "Entire Inventory",
        "financial_metrics": {
            "total_inventory_cost": 150.0,
            "total_potential_sale": 174.0,
            "total_potential_profit": 24.0,
            "profit_margin_percentage": 13.79,
        },
    }
)
class InventoryValuationOut(TypedDict):
    """The value of the stock of all products, or of one."""

    scope: str
    """`Entire Inventory`, or `Specific Product:` with its sku, or its name if that was asked for."""
    financial_metrics: FinancialMetricsOut
    """The value."""


@pos.get(
    "/analytics/inventory-valuation/", response_model=InventoryValuationOut, responses=or_csv(COLUMNS, ROW)
)
@refuses(NothingInStock(), NotAcceptable())
async def find_inventory_valuation(
    who: AdminOrOwner, deps: DepsDep, wants: WantedType, *, product_identifier: ProductIdentifier = None
) -> Response:
    """Value the stock at its cost and at today's prices.

    Nothing in stock, or no product with this name or sku: 404.
    """
    report = await value_stock(product_identifier, desk=desk_of(deps))
    return reply_report(report, wants, shape=_valuation, table=_table)


def _valuation(valuation: Valuation) -> InventoryValuationOut:
    value = valuation.value
    return {
        "scope": _scope(valuation),
        "financial_metrics": {
            "total_inventory_cost": money_number(value.total_cost),
            "total_potential_sale": money_number(value.potential_sale),
            "total_potential_profit": money_number(value.potential_profit),
            "profit_margin_percentage": money_number(value.margin_percentage),
        },
    }


def _table(valuation: Valuation) -> Table:
    value = valuation.value
    row: Row = {
        "scope": _scope(valuation),
        "total_inventory_cost": value.total_cost,
        "total_potential_sale": value.potential_sale,
        "total_potential_profit": value.potential_profit,
        "profit_margin_percentage": value.margin_percentage,
    }
    return Table("inventory-valuation", COLUMNS, [row])


def _scope(valuation: Valuation) -> str:
    return "Entire Inventory" if valuation.found_as is None else f"Specific Product: {valuation.found_as}"
