"""The events that catalog consumes."""

from collections.abc import Sequence

from libs.common.clock import Clock
from libs.common.contracts.sales import OrderCancelled, OrderCreated
from libs.common.db.database import Transaction
from libs.common.messaging.consumer import Received, Subscription, on
from services.catalog.usecases.stock.releases import cancel_allocations, confirm_allocations


def subscriptions(clock: Clock) -> tuple[Subscription, ...]:
    """Maps each event to catalog's handler."""

    async def confirm_stock(tx: Transaction, events: Sequence[Received[OrderCreated]]) -> None:
        await confirm_allocations(tx, [received.event.order_uuid for received in events], now=clock())

    async def put_stock_back(tx: Transaction, events: Sequence[Received[OrderCancelled]]) -> None:
        await cancel_allocations(tx, [received.event.order_uuid for received in events], now=clock())

    return (
        on(OrderCreated, confirm_stock),
        on(OrderCancelled, put_stock_back),
    )
