"""The events that customers consumes."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from libs.common.contracts.sales import OrderPaid
from libs.common.db.database import Transaction
from libs.common.messaging.consumer import Received, Subscription, on
from services.customers.usecases.points.earning import reward_purchases


def subscriptions(store_timezone: ZoneInfo) -> Sequence[Subscription]:
    """The use case for each consumed event."""

    async def order_paid(tx: Transaction, events: Sequence[Received[OrderPaid]]) -> None:
        await reward_purchases(tx, [received.event for received in events], store_timezone=store_timezone)

    return (on(OrderPaid, order_paid, concerns=_has_a_customer),)


def _has_a_customer(order: OrderPaid) -> bool:
    """True if the order has a customer; most sales at the till have none."""
    return order.customer_id is not None
