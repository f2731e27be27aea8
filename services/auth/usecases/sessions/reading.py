"""The live sessions of a user, and the revoked ones that gateways must refuse."""

from dataclasses import dataclass
from datetime import datetime

from psycopg import sql

from libs.common.clock import CLOCKS_DIFFER, Clock
from libs.common.db.database import Database
from libs.common.db.listing import ListQuery
from libs.common.db.pages import Listing, Page


@dataclass(frozen=True, slots=True)
class ShownSession:
    """A live session, as shown to its user."""

    id: int
    user_agent: str
    ip_address: str
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Revocation:
    """A revoked session, and the expiry of its last token. A later revocation has a higher `id`."""

    id: int
    session_id: int
    expires_at: datetime


SORTABLE = ("created_at", "last_used_at", "expires_at")

SESSION_LIST = Listing(
    row=ShownSession,
    rows="select id, user_agent, ip_address, created_at, last_used_at, expires_at from sessions",
    counted="sessions",
    columns={field: field for field in ("id", *SORTABLE)},
    default=(("id", True),),
)
LIVE_OF_USER = sql.SQL("user_id = %(user_id)s and revoked_at is null and expires_at > %(now)s")

SELECT_REVOCATIONS = """
select id, session_id, expires_at from revocations
where id > %(after)s and expires_at > %(ended_by)s
order by id limit %(limit)s
"""


async def list_sessions(
    user_id: int, query: ListQuery, *, database: Database, clock: Clock
) -> Page[ShownSession]:
    """List the user's live sessions, newest first unless the query sorts."""
    return await SESSION_LIST.read(
        query, [LIVE_OF_USER], {"user_id": user_id, "now": clock()}, database=database
    )


async def list_revocations(after: int, limit: int, *, database: Database, clock: Clock) -> list[Revocation]:
    """List revoked sessions whose tokens may not have expired yet, in the order in which they became visible.

    The clock of a gateway may be behind. One that continues `after` the last `id` it received misses none:
    see `LOCK_REVOCATIONS`.
    """
    params = {"after": after, "ended_by": clock() - CLOCKS_DIFFER, "limit": limit}
    return await database.fetch_all(Revocation, SELECT_REVOCATIONS, params)
