"""Products as tills write and read them."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import Field
from typing_extensions import TypedDict

from libs.common.http.described import MoneyText, described, example
from libs.common.http.fields import (
    BIGINT_MAX,
    Boolean,
    DecimalField,
    Integer,
    MoneyField,
    PrimaryKeyOrNull,
    Shape,
    Text,
    TextOrNull,
    left_blank,
)
from libs.common.money import money_or_null, money_text
from libs.common.prices import TaxRate
from libs.common.store_calendar import start_of_day
from libs.common.unset import UNSET, Unset
from services.catalog.api.fields import CLAVE_PROD_SERV, CLAVE_UNIDAD, OBJETO_IMP, TaxRateField
from services.catalog.domain.price_changes import PriceChange, PricedProduct, price_changes, prices_now
from services.catalog.domain.pricing import price_text
from services.catalog.domain.products import SKU_LENGTH_MAX, STOCK_COUNT_MAX, Product

NAME = Text(max_length=255)
SKU = Text(max_length=SKU_LENGTH_MAX)
EXPECTED = Integer(ge=0, le=BIGINT_MAX)
MONEY = MoneyField(max_digits=12, decimal_places=2, ge=0)

COCA_COLA = {
    "name": "Coca Cola 600ml",
    "sku": "KO-600-MX",
    "price": "18.50",
    "tax_rate": "0.16",
    "current_stock": 100,
    "supplier": 1,
}


class ProductDetails(Shape):
    """The optional fields; a blank text means null where null is allowed.

    Defaults of a new product: its name as the description, the shop's threshold, a tax rate of 16 %, stock 0,
    active.
    """

    description: Annotated[str | Unset, Text(max_length=5_000)] = UNSET
    """The text that shoppers read in the web shop; by default the name."""
    tax_rate: Annotated[TaxRate | Unset, TaxRateField()] = UNSET
    """As a fraction, a percentage or `EXENT`; by default 16 %."""
    current_stock: Annotated[int | Unset, Integer(ge=0, le=STOCK_COUNT_MAX)] = UNSET
    """The counted pieces: the stock is set to this number. By default 0."""
    low_stock_threshold: Annotated[int | Unset, Integer(ge=0)] = UNSET
    """From this many pieces down `low_stock` is true; by default the shop's own."""
    supplier_id: Annotated[int | Unset, PrimaryKeyOrNull()] | None = Field(UNSET, alias="supplier")
    """The id of the supplier, or null."""
    category: Annotated[str | Unset, TextOrNull(max_length=100)] | None = UNSET
    """For the web shop's filters; blank means null."""
    pet_type: Annotated[str | Unset, TextOrNull(max_length=100)] | None = UNSET
    """The kind of animal that it is for; blank means null."""
    brand: Annotated[str | Unset, TextOrNull(max_length=255)] | None = UNSET
    """Blank means null."""
    weight: Annotated[Decimal | Unset, DecimalField(max_digits=10, decimal_places=3, ge=0)] | None = UNSET
    """In kilograms, up to 3 decimals."""
    clave_prod_serv: Annotated[str | Unset, CLAVE_PROD_SERV] | None = UNSET
    """The tax authority's key of the product or service: 8 digits."""
    clave_unidad: Annotated[str | Unset, CLAVE_UNIDAD] | None = UNSET
    """The tax authority's key of its unit: 2 or 3 capital letters or digits."""
    objeto_imp: Annotated[str | Unset, OBJETO_IMP] | None = UNSET
    """The tax authority's key of whether it is taxed: `01` to `08`."""
    cost: Annotated[Decimal | Unset, MONEY] | None = UNSET
    """What the shop pays for a piece."""
    is_active: Annotated[bool | Unset, Boolean()] = UNSET
    """Whether the web shop shows and sells it; tills sell it anyway."""


@example(COCA_COLA)
class ProductIn(ProductDetails):
    """A product to sell. `price` is before tax; the description defaults to the name."""

    name: Annotated[str, NAME]
    sku: Annotated[str, SKU]
    """The barcode or another code, unique among the products."""
    price: Annotated[Decimal, MONEY]
    """Of one piece, before tax."""


@example({**COCA_COLA, "current_stock": 80, "expected_stock": 83})
class ProductReplacement(ProductIn):
    """A product as it shall be; `current_stock` and `expected_stock` as in `ProductChange`."""

    expected_stock: Annotated[int | Unset, EXPECTED] = UNSET
    """The stock that the form showed; if it is another by now, the change is refused."""


@example({"price": "19.00", "current_stock": 80, "expected_stock": 83})
class ProductChange(ProductDetails):
    """The fields of a product to change. `current_stock` is a counted quantity: the stock is set to it.

    `expected_stock` is the stock that the form showed: if it is another one by now, the change is refused.
    """

    expected_stock: Annotated[int | Unset, EXPECTED] = UNSET
    """The stock that the form showed; if it is another by now, the change is refused."""
    name: Annotated[str | Unset, NAME] = UNSET
    sku: Annotated[str | Unset, SKU] = UNSET
    """The barcode or another code, unique among the products."""
    price: Annotated[Decimal | Unset, MONEY] = UNSET
    """Of one piece, before tax."""

    @classmethod
    def needs(cls, body: Mapping[str, Any]) -> Collection[str]:
        """What a product requires, if it is there."""
        return left_blank(ProductIn, body)


SHOWN_COLA = {
    "id": 10,
    **COCA_COLA,
    "description": "Coca Cola 600ml",
    "exact_price": "18.50",
    "discounted_price": None,
    "final_price": "21.46",
    "reserved_quantity": 0,
    "available_to_sell": 100,
    "low_stock": False,
    "low_stock_threshold": 10,
    "category": None,
    "pet_type": None,
    "brand": None,
    "weight": None,
    "clave_prod_serv": "50202306",
    "clave_unidad": "H87",
    "objeto_imp": "02",
    "cost": None,
    "is_active": True,
    "created_at": "2023-10-27T10:00:00Z",
    "updated_at": "2023-10-27T10:00:00Z",
}
PRICED_COLA = {
    **SHOWN_COLA,
    "frequent_price": "19.31",
    "price_changes": [{"at": "2023-10-30T06:00:00Z", "final_price": "21.46", "frequent_price": "21.46"}],
}

SOLD_COLA = {
    name: PRICED_COLA[name]
    for name in (
        *("id", "name", "sku", "tax_rate", "exact_price"),
        *("final_price", "frequent_price", "price_changes"),
    )
}


@example(SHOWN_COLA)
class ProductOut(TypedDict):
    """A product at its present prices; money is text with two decimals, times are UTC.

    `discounted_price` is the price before tax under a promotion for everybody, null without a promotion;
    `final_price` is the price of one piece, tax included.
    """

    id: int
    name: str
    description: str
    """The text that shoppers read in the web shop."""
    sku: str
    """The barcode or another code, unique among the products."""
    price: MoneyText
    """Of one piece, before tax and without a promotion."""
    tax_rate: TaxRate
    """As a fraction, or `EXENT`."""
    exact_price: str
    """`price` with up to 4 decimals, which prices written with their tax need: discounts are taken off it."""
    discounted_price: MoneyText | None
    """Of one piece, before tax, under today's promotion for everybody; null without one."""
    final_price: MoneyText
    """Of one piece, tax included, under today's promotion for everybody."""
    current_stock: int
    """Pieces in stock, those held for carts included."""
    reserved_quantity: int
    """Pieces held for carts."""
    available_to_sell: int
    """Pieces in stock that nobody holds."""
    low_stock: bool
    """Whether the stock is down to `low_stock_threshold`."""
    low_stock_threshold: int
    """From this many pieces down `low_stock` is true."""
    supplier: int | None
    """The id of the supplier."""
    category: str | None
    """For the web shop's filters."""
    pet_type: str | None
    """The kind of animal that it is for."""
    brand: str | None
    weight: float | None
    """In kilograms."""
    clave_prod_serv: str | None
    """The tax authority's key of the product or service."""
    clave_unidad: str | None
    """The tax authority's key of its unit."""
    objeto_imp: str | None
    """The tax authority's key of whether it is taxed."""
    cost: MoneyText | None
    """What the shop pays for a piece."""
    is_active: bool
    """Whether the web shop shows and sells it; tills sell it anyway."""
    created_at: datetime
    """UTC."""
    updated_at: datetime
    """UTC."""


@described
class PriceChangeOut(TypedDict):
    """The prices of one piece, tax included, from a midnight of the store on."""

    at: datetime
    """UTC."""
    final_price: MoneyText
    """Under the promotion for everybody of that day."""
    frequent_price: MoneyText
    """What a frequent customer pays."""


@example(PRICED_COLA)
class PricedProductOut(ProductOut):
    """A product with its prices of the next 8 days: a till only multiplies and adds (contract §8.6)."""

    frequent_price: MoneyText
    """What a frequent customer pays for one piece, tax included: today's promotion is for them anyway."""
    price_changes: list[PriceChangeOut]
    """The changes of the two prices, by promotions that begin or end."""


@example(SOLD_COLA)
class SoldProductOut(TypedDict):
    """A product as a till sells it (contract §8.6): the same members as in the whole feed."""

    id: int
    name: str
    sku: str
    """The barcode or another code, unique among the products."""
    tax_rate: TaxRate
    """As a fraction, or `EXENT`."""
    exact_price: str
    """Of one piece, before tax and without a promotion, with up to 4 decimals."""
    final_price: MoneyText
    """Of one piece, tax included, under today's promotion for everybody."""
    frequent_price: MoneyText
    """What a frequent customer pays for one piece, tax included."""
    price_changes: list[PriceChangeOut]
    """The changes of the two prices, by promotions that begin or end."""


def product_out(product: Product) -> ProductOut:
    """The product as tills see it."""
    discounted_price = product.discounted_price
    return {
        "id": product.id,
        "name": product.name,
        "description": product.description,
        "sku": product.sku,
        "price": money_text(product.price),
        "tax_rate": product.tax_rate,
        "exact_price": price_text(product.price),
        "discounted_price": money_or_null(discounted_price),
        "final_price": money_text(product.final_price),
        "current_stock": product.current_stock,
        "reserved_quantity": product.reserved_quantity,
        "available_to_sell": product.available_to_sell,
        "low_stock": product.low_stock,
        "low_stock_threshold": product.low_stock_threshold,
        "supplier": product.supplier_id,
        "category": product.category,
        "pet_type": product.pet_type,
        "brand": product.brand,
        "weight": None if product.weight is None else float(product.weight),
        "clave_prod_serv": product.clave_prod_serv,
        "clave_unidad": product.clave_unidad,
        "objeto_imp": product.objeto_imp,
        "cost": money_or_null(product.cost),
        "is_active": product.is_active,
        "created_at": product.created_at,
        "updated_at": product.updated_at,
    }


def priced_product_out(product: PricedProduct, timezone: ZoneInfo) -> PricedProductOut:
    """The product as a till keeps it; `timezone` is the store's."""
    sold = sold_product_out(product, timezone)
    return {
        **product_out(product),
        "frequent_price": sold["frequent_price"],
        "price_changes": sold["price_changes"],
    }


def sold_product_out(product: PricedProduct, timezone: ZoneInfo) -> SoldProductOut:
    """The product with what a till sells by; `timezone` is the store's."""
    return {
        "id": product.id,
        "name": product.name,
        "sku": product.sku,
        "tax_rate": product.tax_rate,
        "exact_price": price_text(product.price),
        "final_price": money_text(product.final_price),
        "frequent_price": money_text(prices_now(product).frequent_price),
        "price_changes": [_price_change_out(change, timezone) for change in price_changes(product)],
    }


def _price_change_out(change: PriceChange, timezone: ZoneInfo) -> PriceChangeOut:
    return {
        "at": start_of_day(change.day, timezone).astimezone(UTC),
        "final_price": money_text(change.prices.final_price),
        "frequent_price": money_text(change.prices.frequent_price),
    }
