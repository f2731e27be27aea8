"""The events that customers consumes."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from libs.common.contracts.sales import OrderPaid, OrderReturned
from libs.common.db.database import Transaction
from libs.common.messaging.envelope import Received
from libs.common.messaging.inbox import Subscription, on
from services.customers.usecases.points.earning import reward_purchases
from services.customers.usecases.points.returning import take_back_returned


def subscriptions(store_timezone: ZoneInfo) -> Sequence[Subscription]:
    """The use case for each consumed event."""

    async def order_paid(tx: Transaction, events: Sequence[Received[OrderPaid]]) -> None:
        await reward_purchases(tx, [received.event for received in events], store_timezone=store_timezone)

    async def order_returned(tx: Transaction, events: Sequence[Received[OrderReturned]]) -> None:
        await take_back_returned(tx, [received.event for received in events])

    return (
        on(OrderPaid, order_paid, concerns=_has_a_customer),
        on(OrderReturned, order_returned, concerns=_has_a_customer),
    )


def _has_a_customer(event: OrderPaid | OrderReturned) -> bool:
    """True if the order has a customer; most sales at the till have none."""
    return event.customer_id is not None
