"""The change feeds of products and promotions, for all staff: what tills and web shops keep a copy by."""

from typing import Annotated

from fastapi import Depends, Request, Response
from typing_extensions import TypedDict

from libs.common.db.listing import ChangesQuery
from libs.common.http.callers import Staff
from libs.common.http.changes import changes_query, reply_changes
from libs.common.http.described import example
from services.catalog.api.pos.door import pos
from services.catalog.api.pos.product_shapes import (
    PRICED_COLA,
    SOLD_COLA,
    PricedProductOut,
    SoldProductOut,
    priced_product_out,
    sold_product_out,
)
from services.catalog.api.pos.promotions import BLACK_FRIDAY, PromotionOut, promotion_out
from services.catalog.deps import DepsDep
from services.catalog.usecases.products import reading as products
from services.catalog.usecases.promotions import reading as promotions

AfterQuery = Annotated[ChangesQuery, Depends(changes_query)]

NEXT = "q3f0ZkTq0VtbInNpbmNlIl0"


@example({"items": [PRICED_COLA], "deleted": [7], "next": NEXT, "more": False})
class ProductChangesOut(TypedDict):
    """A page of the products that changed; a product that changed several times is in it once."""

    items: list[PricedProductOut]
    """Products in their newest state, new ones too."""
    deleted: list[int]
    """The ids of products that are gone."""
    next: str
    """The `after` of the next request."""
    more: bool
    """Whether there is more already; if not, ask again later."""


@example({"items": [SOLD_COLA], "deleted": [7], "next": NEXT, "more": False})
class SoldProductChangesOut(TypedDict):
    """A page of the products that changed, with what a till sells by."""

    items: list[SoldProductOut]
    """Products in their newest state, new ones too."""
    deleted: list[int]
    """The ids of products that are gone."""
    next: str
    """The `after` of the next request."""
    more: bool
    """Whether there is more already; if not, ask again later."""


@example(
    {"items": [{"id": 1, **BLACK_FRIDAY, "is_active": True}], "deleted": [], "next": NEXT, "more": False}
)
class PromotionChangesOut(TypedDict):
    """A page of the promotions that changed; a promotion that changed several times is in it once."""

    items: list[PromotionOut]
    """Promotions in their newest state, new ones too; the name of the product is told by the product."""
    deleted: list[int]
    """The ids of promotions that are gone, also because their product is."""
    next: str
    """The `after` of the next request."""
    more: bool
    """Whether there is more already; if not, ask again later."""


@pos.get("/products/changes/", response_model=ProductChangesOut)
async def list_product_changes(request: Request, who: Staff, query: AfterQuery, deps: DepsDep) -> Response:
    """Read all products, then those that changed since. A reader that follows `next` misses nothing."""
    changes = await products.list_product_changes(query, database=deps.database, now=deps.now())
    timezone = deps.settings.store_timezone
    return reply_changes(
        request, [priced_product_out(product, timezone) for product in changes.items], changes
    )


@pos.get("/products/changes/till/", response_model=SoldProductChangesOut)
async def list_sold_product_changes(
    request: Request, who: Staff, query: AfterQuery, deps: DepsDep
) -> Response:
    """Read the same with only what a till sells by: a third of the bytes."""
    changes = await products.list_product_changes(query, database=deps.database, now=deps.now())
    timezone = deps.settings.store_timezone
    return reply_changes(request, [sold_product_out(product, timezone) for product in changes.items], changes)


@pos.get("/promotions/changes/", response_model=PromotionChangesOut)
async def list_promotion_changes(request: Request, who: Staff, query: AfterQuery, deps: DepsDep) -> Response:
    """Read all promotions, then those that changed since. A reader that follows `next` misses nothing."""
    changes = await promotions.list_promotion_changes(query, database=deps.database)
    today = deps.now().day
    return reply_changes(request, [promotion_out(each, today) for each in changes.items], changes)
