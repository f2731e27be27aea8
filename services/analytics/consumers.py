"""The events that analytics consumes."""

from collections.abc import Sequence
from functools import partial
from zoneinfo import ZoneInfo

from libs.common.contracts.auth import UserChanged, UserCreated
from libs.common.contracts.catalog import ProductChanged, StockChanged, SupplierChanged
from libs.common.contracts.customers import CustomerChanged
from libs.common.contracts.event import Event
from libs.common.contracts.sales import (
    InvoiceChanged,
    OrderCancelled,
    OrderPaid,
    OrderPaidAgain,
    OrderReturned,
    ReturnProcessed,
)
from libs.common.db.database import Transaction
from libs.common.messaging.envelope import Received
from libs.common.messaging.inbox import Handler, Subscription, handle, on
from services.analytics.usecases.customers.describing import describe_customers
from services.analytics.usecases.products.describing import (
    describe_products,
    hold_products,
    set_stocks,
)
from services.analytics.usecases.rebuilding.turning import turn_to_rebuilt
from services.analytics.usecases.sales.paid_again import record_again
from services.analytics.usecases.sales.recording import record_sales
from services.analytics.usecases.sales.taking_off import take_returns_off, void_orders
from services.analytics.usecases.suppliers.describing import describe_suppliers
from services.analytics.usecases.users.describing import describe_users
from services.analytics.usecases.watermark import raise_watermark


def subscriptions(timezone: ZoneInfo) -> tuple[Subscription, ...]:
    """Maps each event to its use case. The store's `timezone` decides on which day and hour a sale counts.

    A batch is handled in this order, so workers do not deadlock: what takes sales off locks all of them
    before anything else. Recording may name products: a batch that describes some locks all of these before,
    and only then rollups.
    """
    handlers = (
        on(OrderCancelled, void_orders, concerns=lambda event: event.channel == "WEB"),
        on(InvoiceChanged, void_orders, concerns=lambda event: event.status == "refunded"),
        on(ReturnProcessed, partial(take_returns_off, timezone=timezone)),
        on(OrderReturned, partial(take_returns_off, timezone=timezone)),
        on(OrderPaidAgain, partial(record_again, timezone=timezone)),
        on(ProductChanged, hold_products),
        on(OrderPaid, partial(record_sales, timezone=timezone)),
        on(ProductChanged, describe_products),
        on(StockChanged, partial(set_stocks, timezone=timezone)),
        on(SupplierChanged, describe_suppliers),
        on(CustomerChanged, describe_customers),
        on(UserCreated, describe_users),
        on(UserChanged, describe_users),
    )
    return (*handlers, on(Event, ends_batches(handlers)))


def ends_batches(handlers: Sequence[Subscription]) -> Handler[Event]:
    """The end of each batch: it notes how far analytics has heard, and feeds the tables of a rebuild too."""

    async def end_batch(tx: Transaction, events: Sequence[Received[Event]]) -> None:
        if await raise_watermark(tx, events):
            await turn_to_rebuilt(tx)
            await handle(tx, handlers, events)

    return end_batch
