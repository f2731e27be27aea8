"""Exports, for analytics: products, suppliers, and when products had stock."""

from fastapi import Response

from libs.common.contracts.internal.catalog import ExportedProducts, ExportedSuppliers, StockTurns
from libs.common.db.exports import read_export
from libs.common.http.callers import called_by
from libs.common.http.exports import ExportQueryDep, reply_export
from services.catalog.api.internal.door import internal
from services.catalog.deps import DepsDep
from services.catalog.usecases import exports


@internal.get("/exports/products", response_model=ExportedProducts, dependencies=[called_by("analytics")])
async def export_products(query: ExportQueryDep, deps: DepsDep) -> Response:
    """Read products with their stock now, by id; also those that were deleted."""
    return reply_export(await read_export(exports.EXPORTED_PRODUCTS, query, database=deps.database))


@internal.get("/exports/suppliers", response_model=ExportedSuppliers, dependencies=[called_by("analytics")])
async def export_suppliers(query: ExportQueryDep, deps: DepsDep) -> Response:
    """Read suppliers, by id, without those that were deleted."""
    return reply_export(await read_export(exports.EXPORTED_SUPPLIERS, query, database=deps.database))


@internal.get("/exports/stock-turns", response_model=StockTurns, dependencies=[called_by("analytics")])
async def export_stock_turns(query: ExportQueryDep, deps: DepsDep) -> Response:
    """Read the ledger's lines by which the stock of a product came to 0 or left it, by id."""
    return reply_export(await read_export(exports.STOCK_TURNS, query, database=deps.database))
