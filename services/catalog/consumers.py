"""The events that catalog consumes."""

from collections.abc import Sequence

from libs.common.clock import Clock
from libs.common.contracts.sales import OrderCancelled, OrderCreated, OrderReturned, ReturnProcessed
from libs.common.db.database import Transaction
from libs.common.messaging.envelope import Received
from libs.common.messaging.inbox import Subscription, on
from services.catalog.domain.stock import Disposition, ReturnedLine, WantedLine
from services.catalog.usecases.stock.releases import (
    CancelAllocation,
    cancel_allocations,
    confirm_allocations,
)
from services.catalog.usecases.stock.returns import TakeBack, take_all_back


def subscriptions(clock: Clock) -> tuple[Subscription, ...]:
    """Maps each event to catalog's handler."""

    async def confirm_stock(tx: Transaction, events: Sequence[Received[OrderCreated]]) -> None:
        orders = {received.event.order_uuid: received.event.order_id for received in events}
        await confirm_allocations(tx, orders, now=clock())

    async def put_stock_back(tx: Transaction, events: Sequence[Received[OrderCancelled]]) -> None:
        await cancel_allocations(tx, [_cancelled(received.event) for received in events], now=clock())

    async def take_goods_back(
        tx: Transaction, events: Sequence[Received[OrderReturned]] | Sequence[Received[ReturnProcessed]]
    ) -> None:
        await take_all_back(tx, [_returned(received.event) for received in events], now=clock())

    return (
        on(OrderCreated, confirm_stock),
        on(OrderCancelled, put_stock_back),
        on(OrderReturned, take_goods_back),
        on(ReturnProcessed, take_goods_back),
    )


def _cancelled(event: OrderCancelled) -> CancelAllocation:
    if event.put_back is None:
        return CancelAllocation(event.order_uuid)
    put_back = [WantedLine(pieces.product_id, pieces.quantity) for pieces in event.put_back]
    return CancelAllocation(event.order_uuid, put_back)


def _returned(event: OrderReturned | ReturnProcessed) -> TakeBack:
    lines = [
        ReturnedLine(line.product_id, line.quantity, Disposition(line.disposition)) for line in event.lines
    ]
    return TakeBack(id=event.return_uuid, order_uuid=event.order_uuid, user_id=event.user_id, lines=lines)
