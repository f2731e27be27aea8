"""Exports, for analytics: what counts as a sale, and what no longer does."""

from fastapi import Response

from libs.common.contracts.internal.sales import OrderReturns, PaidOrders, ProcessedReturns, UndoneOrders
from libs.common.db.exports import read_export
from libs.common.http.callers import called_by
from libs.common.http.exports import ExportQueryDep, reply_export
from services.sales.api.internal.door import internal
from services.sales.deps import DepsDep
from services.sales.usecases.exports import ORDER_RETURNS, PAID_ORDERS, PROCESSED_RETURNS, UNDONE_ORDERS


@internal.get("/exports/paid-orders", response_model=PaidOrders, dependencies=[called_by("analytics")])
async def export_paid_orders(query: ExportQueryDep, deps: DepsDep) -> Response:
    """Read orders that were ever paid, by id; also those that were cancelled, refunded or deleted since.

    A page of very long orders ends before `limit`.
    """
    return reply_export(await read_export(PAID_ORDERS, query, database=deps.database))


@internal.get("/exports/undone-orders", response_model=UndoneOrders, dependencies=[called_by("analytics")])
async def export_undone_orders(query: ExportQueryDep, deps: DepsDep) -> Response:
    """Read orders that were cancelled after they were paid, or whose invoice was refunded, by id.

    Those that another invoice has paid again since are among them.
    """
    return reply_export(await read_export(UNDONE_ORDERS, query, database=deps.database))


@internal.get(
    "/exports/processed-returns", response_model=ProcessedReturns, dependencies=[called_by("analytics")]
)
async def export_processed_returns(query: ExportQueryDep, deps: DepsDep) -> Response:
    """Read returns of the web shop whose goods have come back, by id; also those that were deleted since."""
    return reply_export(await read_export(PROCESSED_RETURNS, query, database=deps.database))


@internal.get("/exports/order-returns", response_model=OrderReturns, dependencies=[called_by("analytics")])
async def export_order_returns(query: ExportQueryDep, deps: DepsDep) -> Response:
    """Read returns at the tills, by id."""
    return reply_export(await read_export(ORDER_RETURNS, query, database=deps.database))
