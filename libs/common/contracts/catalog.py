"""What catalog tells the world."""

from libs.common.contracts.event import Amount, Event, Instant, Payload, event


@event("catalog.product_changed.v1")
class ProductChanged(Event):
    """A product as it is now: sent at its creation and after every change but of stock alone.

    Subject: `product/<product_id>`. `price` is before tax, `final_price` what the till shows today;
    `deleted` products are sold no more. `current_stock` is the stock at that moment.
    """

    product_id: int
    name: str
    description: str
    sku: str
    price: Amount
    final_price: Amount
    tax_rate: str
    cost: Amount | None = None
    current_stock: int
    low_stock_threshold: int
    deleted: bool = False


class StockLevel(Payload):
    """The stock of one product after a ledger entry; a higher `ledger_id` is newer."""

    product_id: int
    change: int
    current_stock: int
    ledger_id: int


@event("catalog.stock_changed.v1")
class StockChanged(Event):
    """Stock moved: one event for all products of one cause. Subject: `stock/<reference>`."""

    reason: str
    reference: str
    user_id: int | None = None
    products: tuple[StockLevel, ...]
    changed_at: Instant
