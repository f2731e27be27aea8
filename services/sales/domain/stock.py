"""The stock that an order asks catalog for, and its refusals."""

from dataclasses import asdict, dataclass
from decimal import Decimal

from libs.common.errors import DomainError, Kind
from libs.common.prices import TaxRate


@dataclass(frozen=True, slots=True)
class Item:
    """A quantity of one product."""

    product_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Promotion:
    """A promotion that is in force now. `target_audience` is `ALL` or `FREQUENT_ONLY`."""

    discount_percent: Decimal
    target_audience: str


@dataclass(frozen=True, slots=True)
class PricedItem:
    """An item with catalog's prices at the moment when it was taken from stock.

    `price` is for one piece, before tax and discounts, to 4 decimals. The last three are the product's
    keys in the tax authority's catalogues (docs/fiscal.md).
    """

    product_id: int
    product_name: str
    quantity: int
    price: Decimal
    tax_rate: TaxRate
    promotion: Promotion | None
    clave_prod_serv: str | None = None
    clave_unidad: str | None = None
    objeto_imp: str | None = None


@dataclass(frozen=True, slots=True)
class Allocation:
    """Stock that is held for one order, for `lease_seconds` from the moment of the request."""

    lease_seconds: float
    items: tuple[PricedItem, ...]


@dataclass(frozen=True, slots=True)
class Shortage:
    """A product with less stock than requested."""

    product_id: int
    product_name: str
    available: int
    requested: int


class UnknownProducts(DomainError):
    """The order names products that are not for sale."""

    code = "unknown_product"
    remedy = "Read the products again and leave out those that are gone."

    def __init__(self, product_ids: tuple[int, ...]) -> None:
        self.product_ids = product_ids
        super().__init__(product_ids=product_ids)


class StockShort(DomainError):
    """At least one product has less stock than the order asks for; nothing was taken."""

    kind = Kind.CONFLICT
    code = "insufficient_stock"
    remedy = "Order at most what the body names as available, or wait for a delivery."

    def __init__(self, shortages: tuple[Shortage, ...]) -> None:
        self.shortages = shortages
        super().__init__(items=[asdict(shortage) for shortage in shortages])
