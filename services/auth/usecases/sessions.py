"""How long are sessions kept? Until some time after their end, so that a break-in can be looked into."""

from datetime import timedelta

from libs.common.clock import Clock
from libs.common.db.database import Database

PRUNED_AT_ONCE_MAX = 5_000

DELETE_LONG_ENDED = """
delete from sessions where id in (
  select id from sessions where expires_at < %(before)s order by expires_at limit %(limit)s
)
"""


async def prune_sessions(*, database: Database, clock: Clock, retention: timedelta) -> int:
    """Forget the sessions that ended longer ago than `retention`; how many. Small bites, no long locks."""
    pruned = 0
    while True:
        bite = await database.execute(
            DELETE_LONG_ENDED, {"before": clock() - retention, "limit": PRUNED_AT_ONCE_MAX}
        )
        pruned += bite
        if bite < PRUNED_AT_ONCE_MAX:
            return pruned
