"""The export of users, for analytics."""

from fastapi import Response

from libs.common.contracts.internal.auth import ExportedUsers
from libs.common.db.exports import read_export
from libs.common.http.callers import called_by
from libs.common.http.exports import ExportQueryDep, reply_export
from services.auth.api.internal.door import internal
from services.auth.deps import DepsDep
from services.auth.usecases.accounts.exporting import USERS


@internal.get("/exports/users", response_model=ExportedUsers, dependencies=[called_by("analytics")])
async def export_users(query: ExportQueryDep, deps: DepsDep) -> Response:
    """Read users as they are now, by id; also those that were deleted, who are not active."""
    return reply_export(await read_export(USERS, query, database=deps.database))
