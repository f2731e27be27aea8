"""Where is somebody logged in, and which sessions must no gateway let in any more?"""

from dataclasses import dataclass
from datetime import datetime

from psycopg import sql

from libs.common.clock import Clock
from libs.common.db.database import Database
from libs.common.db.listing import ListQuery
from libs.common.db.pages import Listing, Page


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A session that still lasts, as whose it is may see it."""

    id: int
    user_agent: str
    ip_address: str
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Revocation:
    """A session that was revoked, and until when its tokens would be good. A later one has a higher `id`."""

    id: int
    session_id: int
    expires_at: datetime


SORTABLE = ("created_at", "last_used_at", "expires_at")

LIVE_SESSIONS = Listing(
    row=LoggedIn,
    rows="select id, user_agent, ip_address, created_at, last_used_at, expires_at from sessions",
    counted="sessions",
    columns={field: field for field in ("id", *SORTABLE)},
    default=(("id", True),),
)
LIVE_OF_USER = sql.SQL("user_id = %(user_id)s and revoked_at is null and expires_at > %(now)s")

SELECT_REVOCATIONS = """
select id, session_id, expires_at from revocations
where id > %(after)s and expires_at > %(now)s
order by id limit %(limit)s
"""


async def live_sessions(
    user_id: int, query: ListQuery, *, database: Database, clock: Clock
) -> Page[LoggedIn]:
    """The user's sessions that are neither over nor revoked, newest first unless asked otherwise."""
    return await LIVE_SESSIONS.read(
        query, [LIVE_OF_USER], {"user_id": user_id, "now": clock()}, database=database
    )


async def revocations(after: int, limit: int, *, database: Database, clock: Clock) -> list[Revocation]:
    """Sessions that were revoked and would not be over yet, in the order in which they became visible.

    Asked with the last `id` that it got, nobody misses one (usecases/revoking.py sees to it).
    """
    return await database.fetch_all(
        Revocation, SELECT_REVOCATIONS, {"after": after, "now": clock(), "limit": limit}
    )
