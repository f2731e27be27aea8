"""The routes of products: all staff, only ADMIN and OWNER delete (POS "Product Management")."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from fastapi import Depends, Query, Request, Response
from pydantic import Field
from typing_extensions import TypedDict

from libs.common.db.listing import ListQuery
from libs.common.errors import DomainError
from libs.common.http.callers import AdminOrOwner, Staff
from libs.common.http.described import MoneyText, example, refuses
from libs.common.http.fields import (
    BIGINT_MAX,
    Boolean,
    Choice,
    DecimalField,
    Integer,
    MoneyField,
    PathId,
    PrimaryKey,
    Shape,
    Text,
    TextOrNull,
)
from libs.common.http.lists import list_query, reply_list
from libs.common.http.lookups import Given, looks_up
from libs.common.http.preconditions import IfMatch, reply_version, versioned
from libs.common.http.replies import reply
from libs.common.money import money_text
from libs.common.prices import TaxRate
from libs.common.row_versions import Expected
from libs.common.unset import UNSET, Unset
from services.catalog.api.fields import TaxRateField
from services.catalog.api.pos.door import pos
from services.catalog.deps import Deps, DepsDep
from services.catalog.domain.products import STOCK_COUNT_MAX, Product, SkuTaken, StockBelowHolds, StockChanged
from services.catalog.domain.stock import LedgerLine, Reason
from services.catalog.domain.suppliers import UnknownSupplier
from services.catalog.usecases.products import changing, reading
from services.catalog.usecases.products.changing import ChangeProduct, CreateProduct, LookedUp
from services.catalog.usecases.products.reading import SORTABLE

SKU_LENGTH_MAX = 64

ProductsQuery = Annotated[ListQuery, Depends(list_query(ordering=SORTABLE, search=True))]
HistoryQuery = Annotated[ListQuery, Depends(list_query())]
SkuQuery = Annotated[
    Annotated[str, Text(max_length=SKU_LENGTH_MAX, blank=True)] | None,
    Query(description="Only the product with exactly this sku."),
]

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
    supplier_id: Annotated[int | Unset, PrimaryKey()] | None = Field(UNSET, alias="supplier")
    """The id of the supplier, or null."""
    category: Annotated[str | Unset, TextOrNull(max_length=100)] | None = UNSET
    """For the web shop's filters; blank means null."""
    pet_type: Annotated[str | Unset, TextOrNull(max_length=100)] | None = UNSET
    """The kind of animal that it is for; blank means null."""
    brand: Annotated[str | Unset, TextOrNull(max_length=255)] | None = UNSET
    """Blank means null."""
    weight: Annotated[Decimal | Unset, DecimalField(max_digits=10, decimal_places=3, ge=0)] | None = UNSET
    """In kilograms, up to 3 decimals."""
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


SHOWN_COLA = {
    "id": 10,
    **COCA_COLA,
    "description": "Coca Cola 600ml",
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
    "cost": None,
    "is_active": True,
    "created_at": "2023-10-27T10:00:00Z",
    "updated_at": "2023-10-27T10:00:00Z",
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
    cost: MoneyText | None
    """What the shop pays for a piece."""
    is_active: bool
    """Whether the web shop shows and sells it; tills sell it anyway."""
    created_at: datetime
    """UTC."""
    updated_at: datetime
    """UTC."""


@example(
    {
        "id": 31,
        "change": -2,
        "balance": 98,
        "reason": "SALE",
        "reference": "7d1f5a3e-0f0c-4e0b-9f63-0d5f5a0c2b11",
        "user": 4,
        "note": None,
        "created_at": "2023-10-27T15:30:00Z",
    }
)
class LedgerLineOut(TypedDict):
    """A movement of stock; `balance` is the stock after it, `reference` names its order or its product."""

    id: int
    change: int
    """Pieces that came (positive) or went (negative)."""
    balance: int
    """Pieces in stock after the movement."""
    reason: Annotated[str, Choice(*Reason)]
    """The cause of the movement; `RELEASE` is stock back from an order that failed."""
    reference: str | None
    """The uuid of the order; `product-<id>` if staff set or changed the stock."""
    user: int | None
    """The id of the user who caused it; null for the system."""
    note: str | None
    """What staff wrote beside a change by hand."""
    created_at: datetime
    """UTC."""


async def _refused(given: Given, deps: Deps, product_id: int = changing.NOT_YET) -> list[DomainError]:
    fields = LookedUp(
        id=product_id,
        sku=given.get("sku"),
        supplier_id=given.get("supplier_id"),
        count=given.get("current_stock"),
        expected_stock=given.get("expected_stock", UNSET),
    )
    return await changing.find_refusals(fields, database=deps.database, now=deps.now())


@pos.get("/products/", response_model=list[ProductOut])
async def list_products(
    request: Request,
    who: Staff,
    query: ProductsQuery,
    deps: DepsDep,
    sku: SkuQuery = None,
) -> Response:
    """List the products by id. `search` looks in name and sku."""
    page = await reading.list_products(query, sku=sku, database=deps.database, now=deps.now())
    return reply_list(request, [product_out(product) for product in page.items], page, query)


@pos.get("/products/{product_id}/", response_model=ProductOut)
@versioned
async def find_product(request: Request, product_id: PathId, who: Staff, deps: DepsDep) -> Response:
    """Read a product at its present prices and stock."""
    product = await reading.find_product(product_id, database=deps.database, now=deps.now())
    return reply_product(product, request=request)


@pos.post("/products/", response_model=ProductOut, status_code=201)
@refuses(SkuTaken(), UnknownSupplier(9))
@looks_up(_refused)
@versioned
async def create_product(body: ProductIn, who: Staff, deps: DepsDep) -> Response:
    """Create a product. Its initial stock is the first line of its ledger."""
    product = await changing.create_product(
        body.into(CreateProduct, by=who.user_id),
        database=deps.database,
        low_stock_threshold=deps.settings.low_stock_threshold,
        now=deps.now(),
    )
    return reply_product(product, status=201)


@pos.put("/products/{product_id}/", response_model=ProductOut)
@refuses(SkuTaken(), UnknownSupplier(9), StockBelowHolds(3), StockChanged(17))
@looks_up(_refused)
@versioned
async def replace_product(
    product_id: PathId,
    body: ProductReplacement,
    who: Staff,
    expected: IfMatch,
    deps: DepsDep,
) -> Response:
    """Change a product with a whole form. Fields missing from the body stay unchanged."""
    return reply_product(await _change(product_id, body, who.user_id, expected, deps))


@pos.patch("/products/{product_id}/", response_model=ProductOut)
@refuses(SkuTaken(), UnknownSupplier(9), StockBelowHolds(3), StockChanged(17))
@looks_up(_refused)
@versioned
async def change_product(
    product_id: PathId, body: ProductChange, who: Staff, expected: IfMatch, deps: DepsDep
) -> Response:
    """Change some fields of a product, those in the body."""
    return reply_product(await _change(product_id, body, who.user_id, expected, deps))


@pos.delete("/products/{product_id}/", status_code=204)
async def delete_product(product_id: PathId, who: AdminOrOwner, expected: IfMatch, deps: DepsDep) -> Response:
    """Delete a product. Its sku may be used again."""
    await changing.delete_product(product_id, database=deps.database, now=deps.now(), expected=expected)
    return reply(None, status=204)


@pos.get("/products/{product_id}/stock-history/", response_model=list[LedgerLineOut])
async def list_stock_history(
    request: Request, product_id: PathId, who: Staff, query: HistoryQuery, deps: DepsDep
) -> Response:
    """List the movements of a product's stock, newest first. The sum of all changes is the stock."""
    page = await reading.list_stock_history(product_id, query, database=deps.database)
    return reply_list(request, [_ledger_line_out(line) for line in page.items], page, query)


async def _change(product_id: int, body: Shape, user_id: int, expected: Expected, deps: Deps) -> Product:
    return await changing.change_product(
        body.into(ChangeProduct, product_id=product_id, by=user_id, expected=expected),
        database=deps.database,
        now=deps.now(),
    )


def reply_product(product: Product, *, request: Request | None = None, status: int = 200) -> Response:
    """The product with its `ETag`."""
    return reply_version(product_out(product), product.version, request=request, status=status)


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
        "discounted_price": None if discounted_price is None else money_text(discounted_price),
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
        "cost": None if product.cost is None else money_text(product.cost),
        "is_active": product.is_active,
        "created_at": product.created_at,
        "updated_at": product.updated_at,
    }


def _ledger_line_out(line: LedgerLine) -> LedgerLineOut:
    return {
        "id": line.id,
        "change": line.change,
        "balance": line.balance,
        "reason": line.reason,
        "reference": line.reference,
        "user": line.user_id,
        "note": line.note,
        "created_at": line.created_at,
    }
