"""Catalog's internal API: quotes for carts; an order takes its stock, and gives it back; exports.

A sale that has happened already is told by `PUT_SOLD_ALLOCATION`: see `sold_allocation_path`.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import NotRequired
from urllib.parse import urlencode
from uuid import UUID

from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from libs.common.contracts.catalog import ProductChanged, StockLevel, SupplierChanged
from libs.common.contracts.event import Instant
from libs.common.contracts.internal.endpoint import Endpoint
from libs.common.contracts.internal.exports import EXPORTS, ExportPage
from libs.common.contracts.sales import Channel, Disposition
from libs.common.prices import TaxRate

# Sales commits an order only while 40 s of the lease are left, and needs a few seconds for its calls before.
LEASE_SECONDS_MIN = 45

ALLOCATIONS = "/internal/allocations"
ALLOCATION = f"{ALLOCATIONS}/{{order_uuid}}"
CANCELLATION = f"{ALLOCATION}/cancellation"
SOLD_ALLOCATIONS = "/internal/sold-allocations"
SOLD_ALLOCATION = f"{SOLD_ALLOCATIONS}/{{order_uuid}}"
RETURNS = "/internal/returns"
RETURN = f"{RETURNS}/{{return_uuid}}"
QUOTES = "/internal/quotes"
EXPORTED_PRODUCTS = f"{EXPORTS}/products"
EXPORTED_SUPPLIERS = f"{EXPORTS}/suppliers"
STOCK_TURNS = f"{EXPORTS}/stock-turns"
QUOTES_MAX = 100
"""The most products of one request for quotes; at least one."""


class Refusal(StrEnum):
    """The codes of catalog's refusals."""

    UNKNOWN_PRODUCT = "unknown_product"
    PRODUCT_TWICE = "product_twice"
    INSUFFICIENT_STOCK = "insufficient_stock"
    ALLOCATION_RELEASED = "allocation_released"
    ALLOCATION_CONFIRMED = "allocation_confirmed"


class WantedLine(TypedDict):
    """Pieces of a product. A product stands in one line only."""

    product_id: int
    quantity: int


class AllocationRequest(TypedDict):
    """The lines of an order, for the user who places it."""

    user_id: int
    channel: Channel
    lines: list[WantedLine]


class LinePromotion(TypedDict):
    """The product's promotion in force today, for `ALL` or `FREQUENT_ONLY`. The percentage has 2 decimals."""

    discount_percent: str
    target_audience: str


class AllocatedLine(TypedDict):
    """Pieces taken. `price` is one piece before tax and discount, with 2 decimals, or 4 if it needs them.

    The tax authority's keys (docs/fiscal.md) are those of now; what the product has not is left out.
    """

    product_id: int
    product_name: str
    quantity: int
    price: str
    tax_rate: TaxRate
    promotion: LinePromotion | None
    clave_prod_serv: NotRequired[str | None]
    clave_unidad: NotRequired[str | None]
    objeto_imp: NotRequired[str | None]


class AllocationAnswer(TypedDict):
    """The stock is taken, for good if the order stands within the lease, counted from the request."""

    allocation_id: str
    lease_seconds: int
    lines: list[AllocatedLine]


class SaleRequest(TypedDict):
    """A sale that has happened already: its lines at the till, the user who sold, the moment.

    Without lines it was given up, and what was taken for it goes back.
    `order_id` is given if the order has its number already; otherwise `sales.order_created.v1` tells it.
    """

    user_id: int
    sold_at: str
    lines: list[WantedLine]
    order_id: NotRequired[int | None]


class SoldLine(AllocatedLine):
    """Pieces sold. `short` of them were not in stock and are a shortfall until a count or goods settle it.

    Price and promotion are those of the moment and day of the sale if `priced_then`; the catalogue does not
    know them otherwise, and they are today's. `deleted`: the product is no longer in the catalogue.
    """

    short: int
    deleted: bool
    priced_then: bool


class SaleAnswer(TypedDict):
    """The goods are out of stock for good, the lines in the order of the request."""

    lines: list[SoldLine]


class UnknownProductDetails(TypedDict):
    """Details of `unknown_product`: the products that do not exist or are not sold on the channel."""

    product_ids: list[int]


class Shortage(TypedDict):
    """A product of which there is less than was requested."""

    product_id: int
    product_name: str
    available: int
    requested: int


class InsufficientStockDetails(TypedDict):
    """Details of `insufficient_stock`: one item for each product that lacks."""

    items: list[Shortage]


class PutBackLine(TypedDict):
    """Pieces of a product that go back to the shelf, at most as many as the order took."""

    product_id: int
    quantity: int


class CancellationRequest(TypedDict):
    """The goods of a cancelled order that go back: an empty list means none, no member all it took."""

    put_back: NotRequired[list[PutBackLine]]


class ReturnedLine(TypedDict):
    """Pieces that came back: to the shelf (`restock`), or written off (`discard`)."""

    product_id: int
    quantity: int
    disposition: Disposition


class ReturnRequest(TypedDict):
    """The goods of a return, by the user whose order it was; a product may stand in several lines."""

    order_uuid: str
    user_id: int
    lines: list[ReturnedLine]


class Quote(TypedDict):
    """A product as a shopper would buy it now.

    `product_name` is the web shop's, `price` is paid for one piece, with two decimals. `available` is the
    stock that nobody holds. One that is not active is not sold in the web shop. `name` is the tills'.
    """

    product_id: int
    product_name: str
    price: str
    available: int
    is_active: bool
    name: NotRequired[str]
    tax_rate: NotRequired[TaxRate]


class QuotesAnswer(TypedDict):
    """Quotes by product id, without products that do not exist or were deleted."""

    quotes: list[Quote]


class ExportedProduct(ProductChanged):
    """A product as its last event told it, with its stock now: that after the ledger's line `ledger_id`.

    `ledger_id` is null if the product never had any stock.
    """

    ledger_id: int | None


class StockTurn(StockLevel):
    """A line of the ledger by which the stock of a product came to 0, or left it.

    Before its first turn a product has no stock.
    """

    changed_at: Instant


ExportedProducts = ExportPage[ExportedProduct]
"""Every product, deleted ones too; by product id."""

ExportedSuppliers = ExportPage[SupplierChanged]
"""Every supplier there is; by supplier id. Nothing is known any more of those that were deleted."""

StockTurns = ExportPage[StockTurn]
"""The turns of all products, deleted ones too; by ledger id, which rises with the time for each product."""

PUT_ALLOCATION = Endpoint(
    "catalog.put_allocation",
    "PUT",
    ALLOCATION,
    request=AllocationRequest,
    answer=AllocationAnswer,
    refusals=frozenset(
        {
            Refusal.UNKNOWN_PRODUCT,
            Refusal.PRODUCT_TWICE,
            Refusal.INSUFFICIENT_STOCK,
            Refusal.ALLOCATION_RELEASED,
        }
    ),
)
PUT_SOLD_ALLOCATION = Endpoint(
    "catalog.put_sold_allocation",
    "PUT",
    SOLD_ALLOCATION,
    request=SaleRequest,
    answer=SaleAnswer,
    refusals=frozenset({Refusal.UNKNOWN_PRODUCT, Refusal.PRODUCT_TWICE}),
)
DELETE_ALLOCATION = Endpoint(
    "catalog.delete_allocation",
    "DELETE",
    ALLOCATION,
    refusals=frozenset({Refusal.ALLOCATION_CONFIRMED}),
)
PUT_CANCELLATION = Endpoint("catalog.put_cancellation", "PUT", CANCELLATION, request=CancellationRequest)
PUT_RETURN = Endpoint(
    "catalog.put_return",
    "PUT",
    RETURN,
    request=ReturnRequest,
    refusals=frozenset({Refusal.UNKNOWN_PRODUCT}),
)
LIST_QUOTES = Endpoint("catalog.list_quotes", "GET", QUOTES, answer=QuotesAnswer)
EXPORT_PRODUCTS = Endpoint("catalog.export_products", "GET", EXPORTED_PRODUCTS, answer=ExportedProducts)
EXPORT_SUPPLIERS = Endpoint("catalog.export_suppliers", "GET", EXPORTED_SUPPLIERS, answer=ExportedSuppliers)
EXPORT_STOCK_TURNS = Endpoint("catalog.export_stock_turns", "GET", STOCK_TURNS, answer=StockTurns)


def allocation_path(order_uuid: UUID) -> str:
    """The path of an order's allocation."""
    return f"{ALLOCATIONS}/{order_uuid}"


def sold_allocation_path(order_uuid: UUID) -> str:
    """The path of the goods of a sale that has happened already (contract §8.6), by its order's uuid.

    The request says what was sold, whatever catalog knows of the order. Sales asks before it writes the order
    as paid, with the uuid that every attempt at this sale has (the sale's `client_id`, or one made from it):

    - No allocation: the goods are taken, what is missing becomes a shortfall. No lease runs: the goods have
      left the shop, so nothing is ever given back by itself, nor is sales asked. If sales dies now, the till
      sends the sale again.
    - The order is PENDING, with these lines: nothing moves. With others: what differs is taken, or goes back.
    - The order is CANCELLED, or its allocation was released or barred: its goods are taken again.
    - The same lines again: nothing moves, and the answer is the same. Lines that lost against those of
      another request for the sale are mended by sending the winner's lines.

    From then on, a cancellation or a release of this allocation does nothing, whether it was sent before or
    after. So sales asks for every sale that it books, also if it thinks that nothing has to move.
    """
    return f"{SOLD_ALLOCATIONS}/{order_uuid}"


def cancellation_path(order_uuid: UUID) -> str:
    """The path of the cancellation of an order's allocation."""
    return f"{allocation_path(order_uuid)}/cancellation"


def return_path(return_uuid: UUID) -> str:
    """The path of a return. A repeat with the same uuid moves no stock again."""
    return f"{RETURNS}/{return_uuid}"


def quotes_path(product_ids: Sequence[int]) -> str:
    """The path of the quotes of these products, 1 to `QUOTES_MAX`."""
    return f"{QUOTES}?{urlencode([('product_id', product_id) for product_id in product_ids])}"
