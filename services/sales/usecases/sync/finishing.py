"""Books sales that are kept and that no till has sent again since, as after a crash."""

from datetime import timedelta
from typing import LiteralString

import structlog

from libs.common.errors import Unavailable
from libs.common.faults import Boundary, reached
from services.sales.domain.synced import Status
from services.sales.usecases.sync.booking import book_sale
from services.sales.usecases.sync.desk import Language, SyncDesk
from services.sales.usecases.sync.kept import SELECT_SALES, Kept

# A till that gets no answer sends the sale again within this time.
KEPT_FOR = timedelta(seconds=60)
BATCH_MAX = 20

# Their index holds sales that wait, only.
SELECT_WAITING: LiteralString = f"""
{SELECT_SALES} where status = '{Status.RECEIVED}' and received_at <= %(received_by)s and id > %(after)s
order by id limit %(limit)s
"""

log = structlog.get_logger(__name__)


async def book_waiting_sales(*, language: Language, desk: SyncDesk) -> None:
    """Book or hold every sale that waits for longer than `KEPT_FOR`; one that must wait holds up no other.

    A till that sends the sale at the same time comes to the same end (`booking.py`). Raises what has failed
    unexpectedly when all others are booked.
    """
    failed: list[Exception] = []
    wanted = {"received_by": desk.clock() - KEPT_FOR, "limit": BATCH_MAX}
    after = 0
    while batch := await desk.database.fetch_all(Kept, SELECT_WAITING, {**wanted, "after": after}):
        reached(Boundary.FINISHING_AFTER_SALE_FOUND)
        for sale in batch:
            try:
                await _book(sale, language, desk)
            except Exception as error:  # noqa: BLE001 - it would hold up all sales after it, in every run
                failed.append(error)
        after = batch[-1].id
    if failed:
        raise ExceptionGroup("sales that wait", failed)


async def _book(sale: Kept, language: Language, desk: SyncDesk) -> None:
    try:
        await book_sale(sale, language=language, desk=desk)
    except Unavailable as error:
        log.warning("synced_sale_waits", sale=sale.id, why=str(error))
    else:
        log.info("synced_sale_booked_later", sale=sale.id)
