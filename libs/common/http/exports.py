"""Parts of the routes of exports.

@internal.get("/exports/customers", response_model=Customers, dependencies=[called_by("analytics")])
async def export_customers(query: ExportQueryDep, deps: DepsDep) -> Response:
    return reply_export(await read_export(EXPORT, query, database=deps.database))
"""

from typing import Annotated

from fastapi import Depends, Query, Response

from libs.common.contracts.internal.exports import EXPORT_LIMIT_MAX
from libs.common.db.exports import ExportQuery
from libs.common.http.fields import BIGINT_MAX, Integer


async def export_query(
    after: Annotated[int, Integer(ge=0, le=BIGINT_MAX), Query()] = 0,
    limit: Annotated[int, Integer(ge=1, le=EXPORT_LIMIT_MAX), Query()] = EXPORT_LIMIT_MAX,
) -> ExportQuery:
    """The page that is asked for; the first one, as long as it may be, if nothing is said."""
    return ExportQuery(after, limit)


ExportQueryDep = Annotated[ExportQuery, Depends(export_query)]


def reply_export(page: str) -> Response:
    """A page that is JSON already."""
    return Response(page, media_type="application/json")
