"""The events of catalog."""

from libs.common.contracts.event import Amount, Event, Instant, Payload, event


@event("catalog.product_changed.v1")
class ProductChanged(Event):
    """The current state of a product, sent on creation and after every change except of stock alone.

    Also when a promotion for everybody changes today's price: soon after the store's midnight if it begins or
    ends, once for each change. Prices that are read do not wait for it.

    Subject: `product/<product_id>`. `price` is before tax, `final_price` is today's price at the till;
    `deleted` products are no longer sold and have no supplier. `current_stock` is the stock at the time of
    the event.
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
    supplier_id: int | None = None
    deleted: bool = False


@event("catalog.supplier_changed.v1")
class SupplierChanged(Event):
    """The current state of a supplier, sent on creation and after every change.

    Subject: `supplier/<supplier_id>`. One that is `deleted` has no products.
    """

    supplier_id: int
    name: str
    deleted: bool = False


class StockLevel(Payload):
    """The stock of one product after a ledger entry; a higher `ledger_id` is newer."""

    product_id: int
    change: int
    current_stock: int
    ledger_id: int


@event("catalog.stock_changed.v1")
class StockChanged(Event):
    """Stock has changed: one event for all products with the same cause. Subject: `stock/<reference>`."""

    reason: str
    reference: str
    user_id: int | None = None
    products: tuple[StockLevel, ...]
    changed_at: Instant


@event("catalog.stock_low.v1")
class StockLow(Event):
    """The stock of a product has come down to its threshold, or the threshold was raised to the stock.

    Once per turn: again only after the stock was above the threshold. Subject: `product/<product_id>`.
    """

    product_id: int
    current_stock: int
    low_stock_threshold: int
