"""The routes of products: all staff, only ADMIN and OWNER delete (POS "Product Management")."""

from datetime import datetime
from typing import Annotated

from fastapi import Depends, Query, Request, Response
from typing_extensions import TypedDict

from libs.common.db.listing import ListQuery
from libs.common.errors import DomainError
from libs.common.http.callers import AdminOrOwner, Staff
from libs.common.http.described import example, refuses
from libs.common.http.fields import (
    Boolean,
    Choice,
    Filters,
    PathId,
    PrimaryKey,
    Shape,
    Text,
)
from libs.common.http.lists import list_query, reply_list
from libs.common.http.lookups import Given, looks_up
from libs.common.http.preconditions import IfMatch, reply_version, versioned
from libs.common.http.replies import reply
from libs.common.row_versions import Expected
from libs.common.unset import UNSET
from services.catalog.api.pos.door import pos
from services.catalog.api.pos.product_shapes import (
    ProductChange,
    ProductIn,
    ProductOut,
    ProductReplacement,
    product_out,
)
from services.catalog.deps import Deps, DepsDep
from services.catalog.domain.products import (
    SKU_LENGTH_MAX,
    Product,
    SkuTaken,
    StockBelowHolds,
    StockChanged,
)
from services.catalog.domain.stock import LedgerLine, Reason
from services.catalog.domain.suppliers import UnknownSupplier
from services.catalog.usecases.products import changing, reading
from services.catalog.usecases.products.changing import ChangeProduct, CreateProduct, LookedUp
from services.catalog.usecases.products.reading import SORTABLE, ProductFilter

ProductsQuery = Annotated[ListQuery, Depends(list_query(ordering=SORTABLE, search=True))]
HistoryQuery = Annotated[ListQuery, Depends(list_query(ordering=("created_at",)))]
SkuQuery = Annotated[
    Annotated[str, Text(max_length=SKU_LENGTH_MAX, blank=True)] | None,
    Query(description="Only the product with exactly this sku; a scan that read nothing finds none."),
]


class ProductFilterIn(Filters):
    """The filters of a list of products."""

    low_stock: Annotated[bool, Boolean()] | None = None
    """Only products whose stock is down to their threshold, or only the others."""
    supplier: Annotated[int, PrimaryKey()] | None = None
    """Only products of the supplier with this id."""


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
    wanted: Annotated[ProductFilterIn, Query()],
    deps: DepsDep,
    sku: SkuQuery = None,
) -> Response:
    """List the products by id. `search` looks in name and sku."""
    page = await reading.list_products(
        query,
        wanted=ProductFilter(sku=sku, low_stock=wanted.low_stock, supplier_id=wanted.supplier),
        database=deps.database,
        now=deps.now(),
    )
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
