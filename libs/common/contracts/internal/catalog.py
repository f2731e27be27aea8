"""Catalog's internal API: an order takes its stock, and gives it back if it is not placed or cancelled."""

from enum import StrEnum
from uuid import UUID

from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from libs.common.contracts.internal.endpoint import Endpoint
from libs.common.contracts.sales import Channel
from libs.common.prices import TaxRate

# Sales commits an order only while 40 s of the lease are left, and needs a few seconds for its calls before.
LEASE_SECONDS_MIN = 45

ALLOCATIONS = "/internal/allocations"
ALLOCATION = f"{ALLOCATIONS}/{{order_uuid}}"
CANCELLATION = f"{ALLOCATION}/cancellation"


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
    """Pieces taken. `price` is one piece before tax and discount, with 2 decimals, or 4 if it needs them."""

    product_id: int
    product_name: str
    quantity: int
    price: str
    tax_rate: TaxRate
    promotion: LinePromotion | None


class AllocationAnswer(TypedDict):
    """The stock is taken, for good if the order stands within the lease, counted from the request."""

    allocation_id: str
    lease_seconds: int
    lines: list[AllocatedLine]


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


PUT_ALLOCATION = Endpoint(
    "catalog.put_allocation",
    "PUT",
    ALLOCATION,
    request=AllocationRequest,
    answer=AllocationAnswer,
    refusals=frozenset(Refusal) - {Refusal.ALLOCATION_CONFIRMED},
)
DELETE_ALLOCATION = Endpoint(
    "catalog.delete_allocation",
    "DELETE",
    ALLOCATION,
    refusals=frozenset({Refusal.ALLOCATION_CONFIRMED}),
)
PUT_CANCELLATION = Endpoint("catalog.put_cancellation", "PUT", CANCELLATION)


def allocation_path(order_uuid: UUID) -> str:
    """The path of an order's allocation."""
    return f"{ALLOCATIONS}/{order_uuid}"


def cancellation_path(order_uuid: UUID) -> str:
    """The path of the cancellation of an order's allocation."""
    return f"{allocation_path(order_uuid)}/cancellation"
