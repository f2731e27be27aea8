"""Products, with their prices at the moment of reading."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from libs.common.errors import DomainError, Kind, NotFound
from libs.common.prices import TAX_FRACTIONS, TaxRate, discounted, shelf_price
from libs.common.unset import UNSET, Unset

STOCK_COUNT_MAX = 1_000_000_000
SKU_LENGTH_MAX = 64


class ProductNotFound(NotFound):
    """There is no such product, or it was deleted."""

    thing = "Product"


class SkuTaken(DomainError):
    """Another product that is not deleted has this sku (compared as written)."""

    kind = Kind.CONFLICT
    code = "sku_taken"
    remedy = "Choose another sku, or change the product that has this one."


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A product with the discount for everybody that is in force today, if any.

    `price` is before tax, with up to 4 decimals; `discount_percent` is None without a promotion. `version`
    differs after every change, also of the stock.

    `clave_prod_serv`, `clave_unidad` and `objeto_imp` are keys of the tax authority's catalogues
    (docs/fiscal.md).
    """

    id: int
    name: str
    description: str
    sku: str
    price: Decimal
    tax_rate: TaxRate
    cost: Decimal | None
    current_stock: int
    reserved_quantity: int
    low_stock_threshold: int
    supplier_id: int | None
    category: str | None
    pet_type: str | None
    brand: str | None
    weight: Decimal | None
    is_active: bool
    created_at: datetime
    updated_at: datetime
    discount_percent: Decimal | None
    clave_prod_serv: str | None = None
    clave_unidad: str | None = None
    objeto_imp: str | None = None
    version: str = ""

    @property
    def discounted_price(self) -> Decimal | None:
        """The price before tax under the promotion in force, not rounded; None without one."""
        if self.discount_percent is None:
            return None
        return discounted(self.price, self.discount_percent)

    @property
    def final_price(self) -> Decimal:
        """The shelf price of one piece, tax included, to the cent."""
        unit = self.discounted_price
        return shelf_price(self.price if unit is None else unit, TAX_FRACTIONS[self.tax_rate])

    @property
    def available_to_sell(self) -> int:
        """The stock that is not reserved."""
        return max(self.current_stock - self.reserved_quantity, 0)

    @property
    def low_stock(self) -> bool:
        """Whether the stock is at or below the threshold."""
        return self.level.is_low

    @property
    def level(self) -> "Level":
        """The stock with its threshold."""
        return Level(self.current_stock, self.low_stock_threshold)


@dataclass(frozen=True, slots=True)
class Level:
    """The stock of a product, and its threshold."""

    current_stock: int
    low_stock_threshold: int

    @property
    def is_low(self) -> bool:
        """Whether the stock is at or below the threshold."""
        return self.current_stock <= self.low_stock_threshold


def turns_low(before: Level, after: Level) -> bool:
    """Whether a change brings the stock down to the threshold, or the threshold up to the stock."""
    return after.is_low and not before.is_low


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppliedProduct(Product):
    """A product with the name of its supplier; None without one."""

    supplier_name: str | None


def refusals_of_count(count: int, *, current_stock: int, reserved_quantity: int) -> list[DomainError]:
    """`StockBelowHolds` if the stock falls to a count below the reserved quantity.

    The stock can be below it already: a sale that has happened takes held pieces too.
    """
    falls_below = count < min(current_stock, reserved_quantity)
    return [StockBelowHolds(reserved_quantity)] if falls_below else []


def refusals_of_expected(expected_stock: int | Unset, *, current_stock: int) -> list[DomainError]:
    """`StockChanged` if the caller expects another stock than there is."""
    return [] if expected_stock in {UNSET, current_stock} else [StockChanged(current_stock)]


class StockChanged(DomainError):
    """The stock is no longer the `expected_stock`: pieces were sold or came in meanwhile."""

    kind = Kind.CONFLICT
    code = "stock_changed"
    remedy = "Read the product again, count again, and send the count with the stock as `expected_stock`."

    def __init__(self, current_stock: int) -> None:
        super().__init__(current_stock=current_stock)


class StockBelowHolds(DomainError):
    """The stock would fall below the quantity that is held for carts."""

    code = "stock_below_holds"
    remedy = "Count again, or wait until the holds have lapsed."

    def __init__(self, reserved_quantity: int) -> None:
        super().__init__(reserved_quantity=reserved_quantity)
