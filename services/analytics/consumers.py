"""The events that analytics consumes."""

from functools import partial
from zoneinfo import ZoneInfo

from libs.common.contracts.catalog import ProductChanged, StockChanged
from libs.common.contracts.customers import CustomerChanged
from libs.common.contracts.sales import OrderPaid
from libs.common.messaging.inbox import Subscription, on
from services.analytics.usecases.customers.describing import describe_customers
from services.analytics.usecases.products.describing import describe_products, set_stocks
from services.analytics.usecases.sales.recording import record_sales


def subscriptions(timezone: ZoneInfo) -> tuple[Subscription, ...]:
    """Maps each event to its use case. The store's `timezone` decides on which day and hour a sale counts.

    A batch is handled in this order. Sales come first, because they may add products: every worker locks sums
    before products, so workers do not deadlock.
    """
    return (
        on(OrderPaid, partial(record_sales, timezone=timezone)),
        on(ProductChanged, describe_products),
        on(StockChanged, set_stocks),
        on(CustomerChanged, describe_customers),
    )
