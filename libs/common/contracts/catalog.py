"""The events of catalog."""

from uuid import UUID

from libs.common.contracts.event import Amount, Event, Instant, Order, Payload, event


@event("catalog.product_changed.v1", subject="product/<product_id>")
class ProductChanged(Event):
    """A product was created, changed (not: its stock alone) or deleted, or has another price today.

    The price of today also changes by a promotion for everybody: the event is published at once if that was
    written, and soon after the store's midnight if it begins or ends, once for each change. Prices that are
    read do not wait for it.

    `price` and `cost` are before tax, `final_price` is today's price at the till, with tax. `deleted`
    products are no longer sold and have no supplier. `current_stock` is the stock at the time of the event.
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


@event("catalog.supplier_changed.v1", subject="supplier/<supplier_id>")
class SupplierChanged(Event):
    """A supplier was created, changed or deleted: the current state.

    A supplier is also created by its name, with a product of the web shop or an import. One that is `deleted`
    has no products.
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


@event(
    "catalog.stock_changed.v1",
    subject="stock/<reference>",
    order=Order("ledger_id", among="levels of a product"),
)
class StockChanged(Event):
    """Stock moved: one event for all products with the same cause.

    `reason` is SALE, RELEASE (taken and not sold), CANCELLATION, RETURN, INITIAL, ADJUSTMENT (a count), or by
    hand RECEIVED, WASTE, CORRECTION. What comes back to be written off is RETURN, then WASTE. `reference` is
    the uuid of the order or the return, else `product-<product_id>`.
    """

    reason: str
    reference: str
    user_id: int | None = None
    products: tuple[StockLevel, ...]
    changed_at: Instant


@event("catalog.stock_low.v1", subject="product/<product_id>")
class StockLow(Event):
    """The stock of a product came down to its threshold, or the threshold was raised to the stock.

    Once per turn: again only after the stock was above the threshold.
    """

    product_id: int
    current_stock: int
    low_stock_threshold: int


@event("catalog.stock_short.v1", subject="product/<product_id>")
class StockShort(Event):
    """A sale that had happened already sold more of a product than was in stock.

    `quantity` is what was missing for this sale; a count or goods that come in settle it.
    """

    product_id: int
    order_uuid: UUID
    quantity: int
    short_since: Instant
