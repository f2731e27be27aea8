"""Records web orders that were paid again, by another invoice, after a refund (`sales.order_paid_again`).

Of the payments of an order one is recorded, the last: the order counts on its day.
"""

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from libs.common.contracts.sales import OrderPaidAgain
from libs.common.db.database import Transaction
from libs.common.messaging.envelope import Received
from services.analytics.usecases.sales.recording import record_sales
from services.analytics.usecases.sales.taking_off import LOCK_SALES, delete_sales, highest_invoices

# Gives no row where a payment by this invoice, or by a later one, is known.
INSERT_PAID_AGAIN = """
insert into voided_sales (order_id, invoice_id, paid_again_by)
select order_id, 0, invoice_id
from unnest(%(orders)s::bigint[], %(invoices)s::bigint[]) as again (order_id, invoice_id)
on conflict (order_id) do update set paid_again_by = excluded.paid_again_by
    where voided_sales.paid_again_by < excluded.paid_again_by
returning order_id
"""


async def record_again(
    tx: Transaction, events: Sequence[Received[OrderPaidAgain]], *, timezone: ZoneInfo
) -> None:
    """Record orders as they were paid last, in place of an earlier payment, also if its refund is not known.

    An order that is known to be paid by a later invoice is left as it is. One that is known to be cancelled,
    or refunded after this payment, is not recorded.
    """
    paid = ((received.event.order_id, received.event.invoice_id) for received in events)
    news = await remember_paid_again(tx, paid)
    await delete_sales(tx, news)
    last = {each.event.order_id: each for each in sorted(events, key=lambda each: each.event.invoice_id)}
    await record_sales(tx, [last[order_id] for order_id in news], timezone=timezone)


async def remember_paid_again(tx: Transaction, paid: Iterable[tuple[int, int]]) -> list[int]:
    """Remember which invoices paid orders after a refund; returns the orders of which that is news.

    The table of sales is locked from then on.
    """
    await tx.execute(LOCK_SALES)
    return await tx.fetch_values(INSERT_PAID_AGAIN, highest_invoices(paid))
