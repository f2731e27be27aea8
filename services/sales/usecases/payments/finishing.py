"""Ends attempts to pay with a balance that their requests left open: a crash, or no answer from customers."""

import asyncio
from datetime import timedelta

import structlog
from prometheus_client import Counter

from libs.common.errors import Unavailable
from libs.common.faults import Boundary, reached
from services.sales.usecases.payments.attempts import Attempt, finish_attempt, undo_attempt
from services.sales.usecases.payments.desk import PaymentDesk

# Longer than a request waits for customers. If one works on nevertheless, the fence decides between the two.
OPEN_FOR = timedelta(seconds=5)
BATCH_MAX = 20
NOT_CHARGED = "not_charged"

# Their index holds open attempts only: there are as many as payments under way.
SELECT_OPEN = """
select order_id, number, charge_id from payment_attempts
where outcome is null and started_at <= %(started_by)s and order_id > %(after)s
order by order_id limit %(limit)s
"""

recovered_total = Counter(
    "sales_recovered_payment_attempts_total",
    "Attempts to pay with points or credit that the worker ended, as their requests had not",
    ["outcome"],
)
_CHARGED, _NOT_CHARGED = map(recovered_total.labels, ("charged", NOT_CHARGED))

log = structlog.get_logger(__name__)


async def finish_open_attempts(*, desk: PaymentDesk) -> None:
    """Settle every attempt that is open for longer than `OPEN_FOR`: PAID if it was charged, else PENDING.

    Customers is asked by a fence, so that a charge that was not taken never will be. While it cannot tell,
    the attempt stays open until the next run, and holds up no other.
    """
    started_by, after = desk.clock() - OPEN_FOR, 0
    while batch := await desk.database.fetch_all(
        Attempt, SELECT_OPEN, {"started_by": started_by, "after": after, "limit": BATCH_MAX}
    ):
        await asyncio.gather(*(_end(attempt, desk) for attempt in batch))
        after = batch[-1].order_id


async def _end(attempt: Attempt, desk: PaymentDesk) -> None:
    try:
        is_charged = await desk.charges.was_taken(attempt.charge_id)
        reached(Boundary.FINISHING_AFTER_FENCE)
        if is_charged:
            if await finish_attempt(attempt, paid_at=desk.clock(), database=desk.database):
                _CHARGED.inc()
        elif await undo_attempt(attempt, outcome=NOT_CHARGED, database=desk.database):
            _NOT_CHARGED.inc()
    except Unavailable as error:
        log.warning("payment_attempt_stays_open", order_id=attempt.order_id, why=str(error))
    else:
        log.info("payment_attempt_ended", order_id=attempt.order_id, charged=is_charged)
