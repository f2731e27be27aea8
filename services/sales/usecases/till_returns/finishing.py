"""Ends returns at the till that their requests left open: a crash, or no answer from customers."""

import asyncio
from datetime import timedelta
from typing import LiteralString

import structlog
from prometheus_client import Counter

from libs.common.errors import Unavailable
from libs.common.faults import Boundary, reached
from services.sales.domain.lifecycles import TillReturnStatus
from services.sales.usecases.till_returns.desk import ReturnDesk
from services.sales.usecases.till_returns.reading import SELECT_TILL_RETURNS
from services.sales.usecases.till_returns.steps import finish_return, undo_return
from services.sales.usecases.till_returns.taking import refund_of
from services.sales.usecases.till_returns.views import TillReturnView

# Longer than a request waits for customers. If one works on nevertheless, the fence decides between the two.
OPEN_FOR = timedelta(seconds=5)
BATCH_MAX = 20

# Their index holds open returns only.
SELECT_OPEN: LiteralString = f"""
{SELECT_TILL_RETURNS}
where status = '{TillReturnStatus.REFUNDING}' and created_at <= %(begun_by)s and id > %(after)s
order by id limit %(limit)s
"""

recovered_total = Counter(
    "sales_recovered_returns_total",
    "Returns of points or credit that the worker ended, as their requests had not",
    ["outcome"],
)
_DONE, _UNDONE = map(recovered_total.labels, ("done", "undone"))

log = structlog.get_logger(__name__)


async def finish_open_returns(*, desk: ReturnDesk) -> None:
    """End every return that is open for longer than `OPEN_FOR`: DONE if the balances are back, else UNDONE.

    Customers is asked by a fence, so that what was not given back never will be. While it cannot tell, the
    return stays open until the next run, and holds up no other.
    """
    begun_by, after = desk.clock() - OPEN_FOR, 0
    while batch := await desk.database.fetch_all(
        TillReturnView, SELECT_OPEN, {"begun_by": begun_by, "after": after, "limit": BATCH_MAX}
    ):
        await asyncio.gather(*(_end(view, desk) for view in batch))
        after = batch[-1].id


async def _end(view: TillReturnView, desk: ReturnDesk) -> None:
    try:
        refund = await refund_of(view, database=desk.database)
        is_given_back = await desk.balances.was_given_back(refund)
        reached(Boundary.FINISHING_AFTER_REFUND_FENCE)
        if is_given_back:
            await finish_return(view.id, view.order_id, database=desk.database, now=desk.clock())
            _DONE.inc()
        elif await undo_return(view.id, database=desk.database):
            _UNDONE.inc()
    except Unavailable as error:
        log.warning("return_stays_open", return_id=view.id, why=str(error))
    else:
        log.info("return_ended", return_id=view.id, given_back=is_given_back)
