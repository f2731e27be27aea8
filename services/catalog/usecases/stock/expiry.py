"""Settles allocations whose lease has expired, by asking sales whether their order stands."""

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from prometheus_client import Counter

from libs.common.clock import Clock
from libs.common.db.database import Database
from libs.common.errors import Unavailable
from libs.common.faults import Boundary, reached
from libs.common.lifecycle import sql_list
from services.catalog.domain.lifecycles import RELEASE
from services.catalog.usecases.ports import Orders
from services.catalog.usecases.stock.releases import confirm_allocations, release_lapsed

BATCH_MAX = 200

settled_total = Counter(
    "catalog_lapsed_allocations_total",
    "Allocations settled because their lease had ended: confirmed (the order stands) or released",
    ["outcome"],
)
_CONFIRMED, _RELEASED = map(settled_total.labels, ("confirmed", "released"))

# The states are literals, so that a prepared statement also uses the partial index.
SELECT_LAPSED = f"""
    select id from allocations
    where status in ({sql_list(RELEASE.sources)}) and lease_until <= %(lapsed_by)s
    order by lease_until, id
    limit %(limit)s
"""

log = structlog.get_logger(__name__)


async def settle_lapsed(*, database: Database, orders: Orders, grace: timedelta, clock: Clock) -> None:
    """Ask sales about every allocation whose lease expired `grace` ago, oldest first, and settle it.

    If its order stands, it is confirmed; if the order never will, its stock is returned. While sales cannot
    answer, the remaining allocations stay held until the next run.
    """
    lapsed_by = clock() - grace
    lapsed = await database.fetch_values(SELECT_LAPSED, {"lapsed_by": lapsed_by, "limit": BATCH_MAX})
    for settled, allocation_id in enumerate(lapsed):
        try:
            stands = await orders.stands(allocation_id)
        except Unavailable:
            log.warning(
                "lapsed_allocations_stay_held", waiting=len(lapsed) - settled, why="sales cannot tell"
            )
            return
        reached(Boundary.SETTLING_AFTER_FENCE)
        await _settle(allocation_id, stands=stands, lapsed_by=lapsed_by, database=database, now=clock())


async def _settle(
    allocation_id: UUID, *, stands: bool, lapsed_by: datetime, database: Database, now: datetime
) -> None:
    if stands:
        async with database.transaction() as tx:
            await confirm_allocations(tx, {allocation_id: None}, now=now)
        _CONFIRMED.inc()
    elif await release_lapsed(allocation_id, lapsed_by=lapsed_by, database=database, now=now):
        _RELEASED.inc()
    log.info("lapsed_allocation_settled", allocation_id=str(allocation_id), order_stands=stands)
