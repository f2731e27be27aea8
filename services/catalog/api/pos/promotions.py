"""What is asked at /api/promotions/? All staff read, ADMIN and OWNER write (POS "Promotion Management")."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from fastapi import Depends, Query, Request, Response
from typing_extensions import TypedDict

from libs.common.auth.http import AdminOrOwner, Staff
from libs.common.http.fields import Choice, DateField, DecimalField, PathId, PrimaryKey, Shape, Text
from libs.common.http.lists import ListQuery, list_query, reply_list
from libs.common.http.replies import reply
from libs.common.money import money_text
from services.catalog.api.pos.door import pos
from services.catalog.deps import DepsDep
from services.catalog.domain.promotions import Audience, Promotion
from services.catalog.usecases.promotions import (
    SORTABLE,
    add_promotion,
    change_promotion,
    delete_promotion,
    find_promotion,
    list_promotions,
)

PromotionsQuery = Annotated[ListQuery, Depends(list_query(ordering=SORTABLE, search=True))]
ProductQuery = Annotated[int, PrimaryKey(), Query()]

Name = Annotated[str, Text(max_length=255)]
ProductKey = Annotated[int, PrimaryKey()]
Percent = Annotated[Decimal, DecimalField(max_digits=5, decimal_places=2, gt=0, le=100)]
Day = Annotated[date, DateField()]


class PromotionDetails(Shape):
    """What may be left out."""

    description: Annotated[str, Text(max_length=5_000, blank=True)] = ""
    target_audience: Annotated[Audience, Choice("ALL", "FREQUENT_ONLY")] = "ALL"


class PromotionIn(PromotionDetails):
    """A discount on a product, from the first day to the last, both included (days of the store)."""

    name: Name
    product: ProductKey
    discount_percent: Percent
    start_date: Day
    end_date: Day


class PromotionChange(PromotionDetails):
    """What to change: only what the body holds counts, the values here stand for nothing."""

    name: Name = ""
    product: ProductKey = 0
    discount_percent: Percent = Decimal(0)
    start_date: Day = date.min
    end_date: Day = date.min


class PromotionOut(TypedDict):
    """A promotion; `is_active` when it is in force today in the store."""

    id: int
    name: str
    description: str
    discount_percent: str
    start_date: str
    end_date: str
    target_audience: str
    is_active: bool
    product: int


@pos.get("/promotions/", response_model=list[PromotionOut])
async def list_all_promotions(
    request: Request,
    principal: Staff,
    query: PromotionsQuery,
    deps: DepsDep,
    product: ProductQuery | None = None,
) -> Response:
    """Promotions by id; `?product=` those of one product."""
    page = await list_promotions(query, product_id=product, database=deps.database)
    today = deps.now().day
    return reply_list(
        request, [_promotion_out(promotion, today) for promotion in page.items], page.total, query
    )


@pos.post("/promotions/", response_model=PromotionOut, status_code=201)
async def create_promotion(body: PromotionIn, principal: AdminOrOwner, deps: DepsDep) -> Response:
    """Start a promotion. No two of a product may share a day."""
    promotion = await add_promotion(_fields(body), database=deps.database)
    return reply(_promotion_out(promotion, deps.now().day), status=201)


@pos.get("/promotions/{promotion_id}/", response_model=PromotionOut)
async def show_promotion(promotion_id: PathId, principal: Staff, deps: DepsDep) -> Response:
    """One promotion."""
    promotion = await find_promotion(promotion_id, database=deps.database)
    return reply(_promotion_out(promotion, deps.now().day))


@pos.put("/promotions/{promotion_id}/", response_model=PromotionOut)
async def replace_promotion(
    promotion_id: PathId, body: PromotionIn, principal: AdminOrOwner, deps: DepsDep
) -> Response:
    """Change a promotion; what the body leaves out stays as it is."""
    return await _change(promotion_id, body, deps)


@pos.patch("/promotions/{promotion_id}/", response_model=PromotionOut)
async def update_promotion(
    promotion_id: PathId, body: PromotionChange, principal: AdminOrOwner, deps: DepsDep
) -> Response:
    """Change the fields that the body holds, and no others."""
    return await _change(promotion_id, body, deps)


@pos.delete("/promotions/{promotion_id}/", status_code=204)
async def remove_promotion(promotion_id: PathId, principal: AdminOrOwner, deps: DepsDep) -> Response:
    """End a promotion for good: the price is the normal one at once."""
    await delete_promotion(promotion_id, database=deps.database)
    return reply(None, status=204)


async def _change(promotion_id: int, body: Shape, deps: DepsDep) -> Response:
    promotion = await change_promotion(promotion_id, _fields(body), database=deps.database)
    return reply(_promotion_out(promotion, deps.now().day))


def _fields(body: Shape) -> dict[str, Any]:
    """What the body held, in the words of the use cases."""
    fields = body.given()
    if "product" in fields:
        fields["product_id"] = fields.pop("product")
    return fields


def _promotion_out(promotion: Promotion, today: date) -> PromotionOut:
    return {
        "id": promotion.id,
        "name": promotion.name,
        "description": promotion.description,
        "discount_percent": money_text(promotion.discount_percent),
        "start_date": promotion.start_date.isoformat(),
        "end_date": promotion.end_date.isoformat(),
        "target_audience": promotion.target_audience,
        "is_active": promotion.is_active(today),
        "product": promotion.product_id,
    }
