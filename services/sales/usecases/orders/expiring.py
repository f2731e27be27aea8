"""Cancels orders that have not been paid for too long: a job for those of tills, one for web orders."""

from datetime import datetime, timedelta
from typing import LiteralString

from libs.common.clock import Clock
from libs.common.db.database import Database
from libs.common.lifecycle import sql_list
from services.sales.domain.lifecycles import CANCEL_OWN_WEB, EXPIRE, InvoiceStatus
from services.sales.domain.orders import CancelReason
from services.sales.usecases.counting import count_cancelled
from services.sales.usecases.orders.calling_off import call_off
from services.sales.usecases.orders.cancelling import CANCELLATION_TOLD
from services.sales.usecases.orders.reading import ORDER_COLUMNS
from services.sales.usecases.orders.storefront import IS_LIVE_ON_WEB, WEB_COLUMNS
from services.sales.usecases.orders.views import OrderView, WebOrderView

BATCH_MAX = 100
WEB_BATCH_MAX = 20
"""Orders in a transaction, which stay locked until the last of them is cancelled."""

# Orders whose row is locked, because they are being paid, are skipped until the next round. The states are
# literals, so that a prepared statement also uses the partial index.
UPDATE_OLDEST_UNPAID_TO_CANCELLED: LiteralString = f"""
with overdue as (
    select id as overdue_id from orders
    where channel = 'POS' and status in ({sql_list(EXPIRE.sources)}) and created_at < %(created_before)s
        and layaway_id is null
    order by created_at, id limit %(limit)s
    for update skip locked
), cancelled as (
    update orders set status = %(to)s, cancelled_at = %(cancelled_at)s
    from overdue where id = overdue_id
    returning {ORDER_COLUMNS}
), {CANCELLATION_TOLD}
select * from cancelled
"""

_IS_UNPAID: LiteralString = f"""
    invoices.order_id = orders.id and invoices.status = '{InvoiceStatus.PENDING}'
    and invoices.deleted_at is null and invoices.due_date < %(due_before)s and invoices.amount > 0
    and orders.paid_at is null and orders.status in ({sql_list(CANCEL_OWN_WEB.sources)})
"""

# Orders that somebody is changing are skipped until the next round.
LOCK_OLDEST_UNPAID: LiteralString = f"""
select orders.id from invoices, orders
where {_IS_UNPAID} and orders.deleted_at is null
order by invoices.due_date, invoices.id limit %(limit)s for update of orders skip locked
"""

# A new statement, because an invoice may have changed between the look at it and the lock.
SELECT_LOCKED_UNPAID: LiteralString = f"""
select {WEB_COLUMNS} from orders
where id = any(%(locked)s) and {IS_LIVE_ON_WEB} and exists (select from invoices where {_IS_UNPAID})
"""


async def cancel_unpaid_orders(*, database: Database, clock: Clock, pending_hours: int) -> int:
    """Cancel every POS order PENDING longer than `pending_hours`, in batches; returns their number."""
    cancelled, batch = 0, BATCH_MAX
    while batch == BATCH_MAX:
        batch = await _cancel_batch(database, clock(), timedelta(hours=pending_hours))
        cancelled += batch
    return cancelled


async def cancel_unpaid_web_orders(*, database: Database, clock: Clock, grace_days: int) -> int:
    """Cancel every web order unpaid longer than `grace_days` after its due date; returns their number.

    Shipped ones stay: their goods are not here to be sold to others. So do those that cost nothing: nothing
    is owed for them. The stock follows by the event.
    """
    cancelled, found = 0, WEB_BATCH_MAX
    while found == WEB_BATCH_MAX:
        found, batch = await _cancel_web_batch(database, clock(), timedelta(days=grace_days))
        cancelled += batch
    return cancelled


async def _cancel_batch(database: Database, now: datetime, patience: timedelta) -> int:
    cancelled = await database.publish_all(
        OrderView,
        UPDATE_OLDEST_UNPAID_TO_CANCELLED,
        {
            **EXPIRE.sql,
            "created_before": now - patience,
            "cancelled_at": now,
            "reason": CancelReason.UNPAID,
            "limit": BATCH_MAX,
        },
    )
    for order in cancelled:
        count_cancelled(order.channel, reason=CancelReason.UNPAID)
    return len(cancelled)


async def _cancel_web_batch(database: Database, now: datetime, grace: timedelta) -> tuple[int, int]:
    """The number of orders that were found, and of those that were cancelled."""
    params = {"due_before": now - grace, "limit": WEB_BATCH_MAX}
    async with database.transaction() as tx:
        locked = await tx.fetch_values(LOCK_OLDEST_UNPAID, params)
        unpaid = await tx.fetch_all(WebOrderView, SELECT_LOCKED_UNPAID, {**params, "locked": locked})
        for order in unpaid:
            await call_off(tx, order, CANCEL_OWN_WEB, reason=CancelReason.UNPAID, now=now)
    return len(locked), len(unpaid)
