"""The shapes of products at STORE (STORE 11-15)."""

from decimal import Decimal
from typing import Annotated, Any, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from libs.common.http.described import example
from libs.common.http.fields import (
    Boolean,
    DecimalNumber,
    Integer,
    MoneyNumber,
    Shape,
    Text,
    TextOrNull,
)
from libs.common.prices import TaxRate
from libs.common.unset import UNSET, Unset
from services.catalog.api.fields import TaxRateField
from services.catalog.domain.pricing import STORE_TAX_RATE, PricePaid
from services.catalog.domain.products import SKU_LENGTH_MAX, STOCK_COUNT_MAX, Product, SuppliedProduct
from services.catalog.usecases.products.changing import ChangeProduct, CreateProduct

SKU_LENGTH = 5
NAME_LENGTH_MAX, DESCRIPTION_LENGTH_MAX = 255, 5_000

WORD = Text(max_length=100)
WORD_OR_NULL = TextOrNull(max_length=100)
STOCK = Integer(ge=0, le=STOCK_COUNT_MAX)
MONEY = MoneyNumber(max_digits=12, decimal_places=2, ge=0)


class PricePaidField(MoneyNumber):
    """The regular price of one piece, tax included."""

    def parse(self, value: Any) -> PricePaid:  # type: ignore[override]  # an amount of another kind
        """The price; raises `NotAccepted`."""
        return PricePaid(super().parse(value))


PRICE = PricePaidField(max_digits=12, decimal_places=2, ge=0)

TREATS = {
    "sku": "DOG03",
    "description": "Organic Dog Treats",
    "category": "food",
    "pet_type": "dog",
    "stock_quantity": 200,
    "price": 15.99,
    "brand": "OrganicPets",
    "weight": 0.5,
    "is_active": True,
}
SUPPLIED = {"cost": 8.5, "supplier": "Organic Foods Co"}


class ProductDetails(Shape):
    """The optional fields; a blank text means null where null is allowed.

    Defaults of a new product: a tax rate of 0, active.
    """

    cost: Annotated[Decimal | Unset, MONEY] | None = UNSET
    """What the shop pays for a piece."""
    brand: Annotated[str | Unset, TextOrNull(max_length=255)] | None = UNSET
    """Blank means null."""
    weight: Annotated[Decimal | Unset, DecimalNumber(max_digits=10, decimal_places=3, ge=0)] | None = UNSET
    """In kilograms, up to 3 decimals."""
    supplier_name: Annotated[str | Unset, TextOrNull(max_length=NAME_LENGTH_MAX)] | None = Field(
        UNSET, alias="supplier"
    )
    """The name of the supplier, without regard to case; one with a new name is created. Blank means null."""
    is_active: Annotated[bool | Unset, Boolean()] = UNSET
    """Whether the web shop shows and sells it; by default true."""
    tax_rate: Annotated[TaxRate | Unset, TaxRateField()] = UNSET
    """As a fraction, a percentage or `EXENT`; by default 0. The price paid includes it."""


@example({**TREATS, **SUPPLIED})
class ProductIn(ProductDetails):
    """A product to sell."""

    sku: Annotated[str, Text(min_length=SKU_LENGTH, max_length=SKU_LENGTH)]
    """Exactly 5 characters, unique among the products."""
    description: Annotated[str, Text(max_length=NAME_LENGTH_MAX)]
    """The text that shoppers read; it is the product's name at the tills too."""
    category: Annotated[str, WORD]
    """`food`, `toys`, `accessories`, `health` or `grooming`; other words are kept, but have no filter."""
    pet_type: Annotated[str, WORD]
    """`dog`, `cat`, `bird`, `fish`, `reptile` or `other`; other words are kept, but have no filter."""
    current_stock: Annotated[int, STOCK] = Field(alias="stock_quantity")
    """The pieces in stock."""
    price: Annotated[PricePaid, PRICE]
    """What is paid for one piece without a promotion, tax included."""

    def command(self, *, by: int) -> CreateProduct:
        """The command for the use case; the description is the name too."""
        return CreateProduct(**{"tax_rate": STORE_TAX_RATE, **self.given()}, name=self.description, by=by)


@example({"price": 17.99, "stock_quantity": 250, "is_active": True})
class ProductChange(ProductDetails):
    """The fields of a product to change; those that are left out stay."""

    sku: Annotated[str | Unset, Text(max_length=SKU_LENGTH_MAX)] = UNSET
    """Unique among the products."""
    description: Annotated[str | Unset, Text(max_length=DESCRIPTION_LENGTH_MAX)] = UNSET
    """The text that shoppers read. The name at the tills stays."""
    category: Annotated[str | Unset, WORD_OR_NULL] | None = UNSET
    """Blank means null."""
    pet_type: Annotated[str | Unset, WORD_OR_NULL] | None = UNSET
    """Blank means null."""
    current_stock: Annotated[int | Unset, STOCK] = Field(UNSET, alias="stock_quantity")
    """The counted pieces: the stock is set to this number."""
    price: Annotated[PricePaid | Unset, PRICE] = UNSET
    """What is paid for one piece without a promotion, tax included. A running promotion goes on top."""

    def command(self, **members: Any) -> ChangeProduct:
        """The command for the use case."""
        return self.into(ChangeProduct, **members)


Sku = Annotated[str, Field(description="The barcode or another code, unique among the products.")]
Category = Annotated[str | None, Field(description="The kind of product.")]
PetType = Annotated[str | None, Field(description="The kind of animal that it is for.")]
StockQuantity = Annotated[int, Field(description="Pieces in stock, those held for carts included.")]
PaidNow = Annotated[
    float,
    Field(description="What is paid for one piece now: with tax, under today's promotion for everybody."),
]
Weight = Annotated[float, Field(description="In kilograms; left out if it is not known.")]
IsActive = Annotated[bool, Field(description="Whether the web shop shows and sells it.")]


@example({"id": 3, **TREATS})
class ProductOut(TypedDict):
    """A product at its present price; prices are numbers."""

    id: int
    sku: Sku
    description: str
    category: Category
    pet_type: PetType
    stock_quantity: StockQuantity
    price: PaidNow
    brand: str | None
    weight: NotRequired[Weight]
    is_active: IsActive


@example({"id": 3, **TREATS, **SUPPLIED})
class ProductDetailOut(ProductOut):
    """A product with its cost and its supplier, which a shop may show to admins only."""

    cost: float | None
    """What the shop pays for a piece; null if it is not known or not shown."""
    supplier: str | None
    """The name of the supplier; null if it is not known or not shown."""


class CreatedOut(TypedDict):
    """A new product."""

    id: int
    sku: Sku
    description: str
    category: Category
    pet_type: PetType
    price: PaidNow


@example(
    {
        "message": "Product created successfully",
        "product": {
            "id": 3,
            "sku": "DOG03",
            "description": "Organic Dog Treats",
            "category": "food",
            "pet_type": "dog",
            "price": 15.99,
        },
    }
)
class CreatedAnswer(TypedDict):
    """A message, and the new product."""

    message: str
    """Always `Product created successfully`."""
    product: CreatedOut
    """The new product."""


class ChangedOut(TypedDict):
    """A product after a change."""

    id: int
    sku: Sku
    price: PaidNow
    stock_quantity: StockQuantity


@example(
    {
        "message": "Product updated successfully",
        "product": {"id": 3, "sku": "DOG03", "price": 17.99, "stock_quantity": 250},
    }
)
class ChangedAnswer(TypedDict):
    """A message, and the product after the change."""

    message: str
    """Always `Product updated successfully`."""
    product: ChangedOut
    """The product after the change."""


@example({"message": "Product deleted successfully"})
class DeletedAnswer(TypedDict):
    """A message that confirms the deletion."""

    message: str
    """Always `Product deleted successfully`."""


def product_out(product: Product) -> ProductOut:
    """The product as the list shows it. A weight that is not known is left out."""
    shown: ProductOut = {
        "id": product.id,
        "sku": product.sku,
        "description": product.description,
        "category": product.category,
        "pet_type": product.pet_type,
        "stock_quantity": product.current_stock,
        "price": float(product.final_price),
        "brand": product.brand,
        "is_active": product.is_active,
    }
    if product.weight is not None:
        shown["weight"] = float(product.weight)
    return shown


def detail_out(product: SuppliedProduct, *, with_cost: bool) -> ProductDetailOut:
    """The product as its page shows it; without `with_cost` cost and supplier are null."""
    cost = product.cost if with_cost else None
    return {
        **product_out(product),
        "cost": None if cost is None else float(cost),
        "supplier": product.supplier_name if with_cost else None,
    }


def created_out(product: Product) -> CreatedOut:
    """The product as the answer to its creation shows it."""
    return {
        "id": product.id,
        "sku": product.sku,
        "description": product.description,
        "category": product.category,
        "pet_type": product.pet_type,
        "price": float(product.final_price),
    }


def changed_out(product: Product) -> ChangedOut:
    """The product as the answer to a change shows it."""
    return {
        "id": product.id,
        "sku": product.sku,
        "price": float(product.final_price),
        "stock_quantity": product.current_stock,
    }
