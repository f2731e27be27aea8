"""The export of customers, for analytics."""

from fastapi import Response

from libs.common.contracts.internal.customers import ExportedCustomers
from libs.common.db.exports import read_export
from libs.common.http.callers import called_by
from libs.common.http.exports import ExportQueryDep, reply_export
from services.customers.api.internal.door import internal
from services.customers.deps import DepsDep
from services.customers.usecases.customers.exporting import CUSTOMERS


@internal.get("/exports/customers", response_model=ExportedCustomers, dependencies=[called_by("analytics")])
async def export_customers(query: ExportQueryDep, deps: DepsDep) -> Response:
    """Read customers as they are now, by id; also those that were deleted."""
    return reply_export(await read_export(CUSTOMERS, query, database=deps.database))
