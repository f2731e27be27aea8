"""What is asked at /api/promotions/? All staff read, ADMIN and OWNER write (POS "Promotion Management")."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from fastapi import Depends, Query, Request, Response
from typing_extensions import TypedDict

from libs.common.db.listing import ListQuery
from libs.common.http.callers import AdminOrOwner, Staff
from libs.common.http.described import DayText, MoneyText, example, refuses
from libs.common.http.fields import Choice, DateField, DecimalField, PathId, PrimaryKey, Shape, Text
from libs.common.http.lists import list_query, reply_list
from libs.common.http.replies import reply
from libs.common.money import money_text
from services.catalog.api.pos.door import pos
from services.catalog.deps import DepsDep
from services.catalog.domain.promotions import (
    Audience,
    EndsBeforeItStarts,
    NoSuchProduct,
    Promotion,
    PromotionsOverlap,
)
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
PercentText = MoneyText  # written alike: "50.00"
Day = Annotated[date, DateField()]


BLACK_FRIDAY = {
    "name": "Black Friday",
    "description": "50% off on electronics",
    "product": 15,
    "discount_percent": "50.00",
    "start_date": "2023-11-24",
    "end_date": "2023-11-26",
    "target_audience": "ALL",
}


class PromotionDetails(Shape):
    """What may be left out; a promotion is for ALL unless it says otherwise."""

    description: Annotated[str, Text(max_length=5_000, blank=True)] = ""
    target_audience: Annotated[Audience, Choice("ALL", "FREQUENT_ONLY")] = "ALL"


@example(BLACK_FRIDAY)
class PromotionIn(PromotionDetails):
    """A discount on a product, from the first day to the last, both included (days of the store)."""

    name: Name
    product: ProductKey
    discount_percent: Percent
    start_date: Day
    end_date: Day


@example({"end_date": "2023-11-30"})
class PromotionChange(PromotionDetails):
    """What to change: only what the body holds counts, the values here stand for nothing."""

    name: Name = ""
    product: ProductKey = 0
    discount_percent: Percent = Decimal(0)
    start_date: Day = date.min
    end_date: Day = date.min


@example({"id": 1, **BLACK_FRIDAY, "is_active": True})
class PromotionOut(TypedDict):
    """A promotion; `is_active` when it is in force today in the store."""

    id: int
    name: str
    description: str
    discount_percent: PercentText
    start_date: DayText
    end_date: DayText
    target_audience: Audience
    is_active: bool
    product: int


IMPOSSIBLE = (
    EndsBeforeItStarts(),
    NoSuchProduct(15),
    PromotionsOverlap(date(2024, 1, 1), date(2024, 1, 5)),
)


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
@refuses(*IMPOSSIBLE)
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
@refuses(*IMPOSSIBLE)
async def replace_promotion(
    promotion_id: PathId, body: PromotionIn, principal: AdminOrOwner, deps: DepsDep
) -> Response:
    """Change a promotion; what the body leaves out stays as it is."""
    return await _change(promotion_id, body, deps)


@pos.patch("/promotions/{promotion_id}/", response_model=PromotionOut)
@refuses(*IMPOSSIBLE)
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
