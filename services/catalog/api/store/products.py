"""`/products`: everybody reads, admins write (STORE 11-15)."""

from decimal import Decimal
from typing import Annotated

from fastapi import Depends, Query, Request, Response

from libs.common.db.listing import ListQuery
from libs.common.errors import DomainError, Unauthenticated
from libs.common.http.callers import OptionalUser, StoreAdmin
from libs.common.http.described import refuses
from libs.common.http.fields import Choice, PathId
from libs.common.http.lists import list_query, reply_list
from libs.common.http.lookups import Given, looks_up
from libs.common.http.preconditions import IfMatch, reply_version, versioned
from libs.common.http.replies import reply
from services.catalog.api.fields import PriceBound
from services.catalog.api.store.door import store
from services.catalog.api.store.shapes import (
    ChangedAnswer,
    CreatedAnswer,
    DeletedAnswer,
    ProductChange,
    ProductDetailOut,
    ProductIn,
    ProductOut,
    changed_out,
    created_out,
    detail_out,
    product_out,
)
from services.catalog.deps import Deps, DepsDep
from services.catalog.domain.products import ProductNotFound, SkuTaken, StockBelowHolds
from services.catalog.usecases.products import changing, storefront
from services.catalog.usecases.products.changing import LookedUp
from services.catalog.usecases.products.storefront import StoreFilters

CATEGORIES = Choice("food", "toys", "accessories", "health", "grooming")
PET_TYPES = Choice("dog", "cat", "bird", "fish", "reptile", "other")
PRICE = PriceBound()

ProductsQuery = Annotated[ListQuery, Depends(list_query())]
Category = Annotated[Annotated[str, CATEGORIES] | None, Query(description="Only products of this category.")]
PetType = Annotated[
    Annotated[str, PET_TYPES] | None, Query(description="Only products for this kind of animal.")
]
MinPrice = Annotated[
    Annotated[Decimal, PRICE] | None, Query(description="Only products whose price now is not below this.")
]
MaxPrice = Annotated[
    Annotated[Decimal, PRICE] | None, Query(description="Only products whose price now is not above this.")
]


async def _filters(
    category: Category = None,
    pet_type: PetType = None,
    min_price: MinPrice = None,
    max_price: MaxPrice = None,
) -> StoreFilters:
    return StoreFilters(category=category, pet_type=pet_type, min_price=min_price, max_price=max_price)


Filters = Annotated[StoreFilters, Depends(_filters)]


async def _refused(given: Given, deps: Deps, product_id: int = changing.NOT_YET) -> list[DomainError]:
    fields = LookedUp(id=product_id, sku=given.get("sku"), count=given.get("current_stock"))
    return await changing.find_refusals(fields, database=deps.database, now=deps.now())


@store.get("/products", response_model=list[ProductOut])
@refuses(Unauthenticated("invalid"))  # the gateway does: a token is not needed, but never a bad one
async def list_products(
    request: Request,
    query: ProductsQuery,
    filters: Filters,
    deps: DepsDep,
) -> Response:
    """List the active products by id. All filters must fit; prices are those paid now."""
    page = await storefront.list_store_products(query, filters, database=deps.database, now=deps.now())
    return reply_list(request, [product_out(product) for product in page.items], page, query)


@store.get("/products/{product_id}", response_model=ProductDetailOut)
@refuses(ProductNotFound())
@versioned
async def find_product(request: Request, product_id: PathId, who: OptionalUser, deps: DepsDep) -> Response:
    """Read a product at its present price. One that is not active is found by admins only."""
    is_admin = who is not None and who.is_admin
    product = await storefront.find_store_product(
        product_id, inactive_too=is_admin, database=deps.database, now=deps.now()
    )
    shown = detail_out(product, with_cost=is_admin or deps.settings.store_shows_cost)
    return reply_version(shown, product.version, request=request)


@store.post("/products", response_model=CreatedAnswer, status_code=201)
@refuses(SkuTaken())
@looks_up(_refused)
@versioned
async def create_product(body: ProductIn, who: StoreAdmin, deps: DepsDep) -> Response:
    """Create a product. The tills sell it under its description."""
    product = await changing.create_product(
        body.command(by=who.user_id),
        database=deps.database,
        low_stock_threshold=deps.settings.low_stock_threshold,
        now=deps.now(),
    )
    answer: CreatedAnswer = {"message": "Product created successfully", "product": created_out(product)}
    return reply_version(answer, product.version, status=201)


@store.put("/products/{product_id}", response_model=ChangedAnswer)
@refuses(SkuTaken(), StockBelowHolds(3), ProductNotFound())
@looks_up(_refused)
@versioned
async def change_product(
    product_id: PathId, body: ProductChange, who: StoreAdmin, expected: IfMatch, deps: DepsDep
) -> Response:
    """Change some fields of a product, those in the body.

    `price` is the regular price: a running promotion goes on top of it.
    """
    product = await changing.change_product(
        body.command(product_id=product_id, by=who.user_id, expected=expected),
        database=deps.database,
        now=deps.now(),
    )
    answer: ChangedAnswer = {"message": "Product updated successfully", "product": changed_out(product)}
    return reply_version(answer, product.version)


@store.delete("/products/{product_id}", response_model=DeletedAnswer)
@refuses(ProductNotFound())
async def delete_product(product_id: PathId, who: StoreAdmin, expected: IfMatch, deps: DepsDep) -> Response:
    """Delete a product, at the tills too. Its sku may be used again."""
    await changing.delete_product(product_id, database=deps.database, now=deps.now(), expected=expected)
    answer: DeletedAnswer = {"message": "Product deleted successfully"}
    return reply(answer)
