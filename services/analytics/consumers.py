"""What does analytics listen to? Event → what it changes here."""

from functools import partial
from zoneinfo import ZoneInfo

from libs.common.contracts.catalog import ProductChanged, StockChanged
from libs.common.contracts.customers import CustomerChanged
from libs.common.contracts.sales import OrderPaid
from libs.common.messaging.inbox import Subscription, on
from services.analytics.usecases.projecting.customers import describe_customers
from services.analytics.usecases.projecting.products import describe_products, set_stocks
from services.analytics.usecases.projecting.sales import record_sales


def subscriptions(timezone: ZoneInfo) -> tuple[Subscription, ...]:
    """The whole inbound surface. `timezone` is the store's: it decides on which day and hour a sale counts.

    A batch is handled in this order. Sales come first because they too may add products: so every worker
    locks sums before products, and none waits for another in a circle.
    """
    return (
        on(OrderPaid, partial(record_sales, timezone=timezone)),
        on(ProductChanged, describe_products),
        on(StockChanged, set_stocks),
        on(CustomerChanged, describe_customers),
    )
