"""Marks products in the feed whose prices the calendar changes: as a promotion begins or ends, and before.

A product shows its changes of the next `DAYS_AHEAD` days, so it is marked on the day of a change, and on the
day from which the change is shown. Promotions that are written mark their product by themselves. After days
without a job all that was missed is marked; a job that dies is done again, and a mark too many does no harm.
In another time zone the days begin at other moments: all that is shown is marked again.

A day is marked when it has begun by the clock of every process: a till that reads a marked product in a
process whose clock is behind would get what is shown on the day before, and not be told again.
"""

from collections.abc import Callable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from libs.common.clock import CLOCKS_DIFFER
from libs.common.db.database import Database
from libs.common.store_calendar import Moment, store_day
from services.catalog.domain.price_changes import DAYS_AHEAD
from services.catalog.usecases.products.locking import LOCK_PRODUCTS
from services.catalog.usecases.products.reading import PRODUCT_FEED
from services.catalog.usecases.products.telling import BATCH

# A day to come was told by a clock that was ahead.
SELECT_TOLD_DAY = """
    select max(day) from told_price_days where timezone = %(timezone)s and day <= %(today)s
"""

SELECT_TURNING_IDS = """
    with turn as (
        select product_id, start_date as day from promotions
        where start_date between %(told)s::date + 1 and %(today)s::date + %(days_ahead)s::int
        union all
        select product_id, end_date + 1 from promotions
        where end_date between %(told)s::date and %(today)s::date + %(days_ahead)s::int - 1
    )
    select distinct product.id from turn
    join products product on product.id = turn.product_id and product.deleted_at is null
    where day <= %(today)s::date or day > %(told)s::date + %(days_ahead)s::int
    order by product.id
"""

INSERT_TOLD_DAY = """
    with gone as (delete from told_price_days where day <> %(today)s)
    insert into told_price_days (day, timezone) values (%(today)s, %(timezone)s)
    on conflict (day) do update set timezone = excluded.timezone
"""


async def mark_turning_prices(*, database: Database, now: Callable[[], Moment], timezone: ZoneInfo) -> None:
    """Mark in the feed what the days since the last run change and begin to show; nothing on the same day.

    `timezone` is the store's.
    """
    today, zone = store_day(now().at - CLOCKS_DIFFER, timezone), str(timezone)
    told: date | None = await database.fetch_value(SELECT_TOLD_DAY, {"timezone": zone, "today": today})
    told = told or today - timedelta(days=DAYS_AHEAD + 1)  # of the first run in a zone, all that is shown
    if told == today:
        return
    days = {"told": told, "today": today, "days_ahead": DAYS_AHEAD, "timezone": zone}
    ids: list[int] = await database.fetch_values(SELECT_TURNING_IDS, days)
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        async with database.transaction() as tx:
            await tx.execute(LOCK_PRODUCTS, {"ids": batch})
            await PRODUCT_FEED.mark(batch, connection=tx)
    await database.execute(INSERT_TOLD_DAY, days)
