"""`/api/analytics/sales-velocity/`, for ADMIN and OWNER (contract §6, POS document: the first §31)."""

from decimal import Decimal
from typing import Annotated, Literal

from fastapi import Query, Response
from pydantic import WithJsonSchema
from typing_extensions import TypedDict

from libs.common.http.callers import AdminOrOwner
from libs.common.http.described import example, refuses
from libs.common.http.refusals import NotAcceptable
from services.analytics.api.pos.door import pos
from services.analytics.api.pos.replies import Row, Table, WantedType, or_csv, reply_report
from services.analytics.deps import DepsDep, desk_of
from services.analytics.domain.velocity import (
    DEFAULT_PERIOD_DAYS,
    PERIOD_DAYS_MAX,
    IdentifierMissing,
    IdentifierUnknown,
    PeriodDaysRefused,
    Velocity,
)
from services.analytics.usecases.reports.velocity import ProductVelocity, estimate_velocity

NEVER: Literal["Indefinida"] = "Indefinida"
"""The stock of a product that is not sold lasts for ever."""

COLUMNS = (
    *("product_name", "product_sku", "analyzed_period_days", "total_units_sold", "sales_velocity"),
    *("current_stock", "depletion_estimation_days", "days_in_stock", "sales_velocity_in_stock"),
)
LAPTOP: Row = {
    "product_name": "Laptop Gamer",
    "product_sku": "FAST123",
    "analyzed_period_days": 30,
    "total_units_sold": 60,
    "sales_velocity": Decimal("2.00"),
    "current_stock": 100,
    "depletion_estimation_days": 50,
    "days_in_stock": 20,
    "sales_velocity_in_stock": Decimal("3.00"),
}

Identifier = Annotated[
    str | None, Query(description="The whole sku or name of a product; capitals do not matter. Required.")
]
# Parsed by the use case, whose refusal says which numbers there are.
PeriodDays = Annotated[
    Annotated[str, WithJsonSchema({"type": "integer", "minimum": 1, "maximum": PERIOD_DAYS_MAX})] | None,
    Query(description=f"How many days, up to today; by default {DEFAULT_PERIOD_DAYS}."),
]


@example({**LAPTOP, "sales_velocity": 2.0, "sales_velocity_in_stock": 3.0})
class SalesVelocityOut(TypedDict):
    """How fast a product sells, and how long its stock lasts."""

    product_name: str
    product_sku: str
    """The sku as it is written in the catalogue."""
    analyzed_period_days: int
    """The days up to today, which counts; fewer than asked for if the first sale is later."""
    total_units_sold: int
    """Pieces sold on these days."""
    sales_velocity: float
    """Pieces a day, to 2 decimals."""
    current_stock: int
    """Pieces, those that are reserved included."""
    depletion_estimation_days: int | Literal["Indefinida"]
    """The full days that the stock lasts at `sales_velocity`; `Indefinida` if that is 0."""
    days_in_stock: int
    """How many of the last `period_days` days it was in stock at any moment, also before its first sale."""
    sales_velocity_in_stock: float | None
    """Pieces on a day on which the product was in stock, to 2 decimals; null if there was no such day."""


@pos.get("/analytics/sales-velocity/", response_model=SalesVelocityOut, responses=or_csv(COLUMNS, LAPTOP))
@refuses(IdentifierMissing(), PeriodDaysRefused(), IdentifierUnknown(), NotAcceptable())
async def find_sales_velocity(
    who: AdminOrOwner,
    deps: DepsDep,
    wants: WantedType,
    *,
    identifier: Identifier = None,
    period_days: PeriodDays = None,
) -> Response:
    """Say how many pieces of a product are sold a day, and how long its stock lasts.

    `sales_velocity_in_stock` counts only the days on which the product could be sold.
    """
    report = await estimate_velocity(identifier, period_days, desk=desk_of(deps))
    return reply_report(report, wants, shape=_velocity, table=_table)


def _velocity(report: ProductVelocity) -> SalesVelocityOut:
    product, velocity = report.product, report.velocity
    in_stock = velocity.per_day_in_stock
    return {
        "product_name": product.name,
        "product_sku": product.sku,
        "analyzed_period_days": velocity.days,
        "total_units_sold": velocity.units,
        "sales_velocity": float(velocity.per_day),
        "current_stock": product.current_stock,
        "depletion_estimation_days": _lasts(velocity),
        "days_in_stock": velocity.days_in_stock,
        "sales_velocity_in_stock": None if in_stock is None else float(in_stock),
    }


def _table(report: ProductVelocity) -> Table:
    product, velocity = report.product, report.velocity
    row: Row = {
        "product_name": product.name,
        "product_sku": product.sku,
        "analyzed_period_days": velocity.days,
        "total_units_sold": velocity.units,
        "sales_velocity": velocity.per_day,
        "current_stock": product.current_stock,
        "depletion_estimation_days": _lasts(velocity),
        "days_in_stock": velocity.days_in_stock,
        "sales_velocity_in_stock": velocity.per_day_in_stock,
    }
    return Table("sales-velocity", COLUMNS, [row])


def _lasts(velocity: Velocity) -> int | Literal["Indefinida"]:
    return NEVER if velocity.days_left is None else velocity.days_left
