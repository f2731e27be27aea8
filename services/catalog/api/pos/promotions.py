"""The routes of promotions: all staff read, ADMIN and OWNER write (POS "Promotion Management")."""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from fastapi import Depends, Query, Request, Response
from pydantic import Field
from typing_extensions import TypedDict

from libs.common.db.listing import ListQuery
from libs.common.errors import DomainError
from libs.common.http.callers import AdminOrOwner, Staff
from libs.common.http.described import DayText, MoneyText, example, refuses
from libs.common.http.fields import (
    Choice,
    DateField,
    DecimalField,
    Filters,
    PathId,
    PrimaryKey,
    Shape,
    Text,
    left_blank,
)
from libs.common.http.lists import list_query, reply_list
from libs.common.http.lookups import Given, looks_up
from libs.common.http.preconditions import IfMatch, reply_version, versioned
from libs.common.http.replies import reply
from libs.common.money import money_text
from libs.common.row_versions import Expected
from libs.common.unset import UNSET, Unset
from services.catalog.api.pos.door import pos
from services.catalog.deps import Deps, DepsDep
from services.catalog.domain.promotions import (
    Audience,
    EndsBeforeItStarts,
    NoSuchProduct,
    Promotion,
    PromotionsOverlap,
    When,
)
from services.catalog.usecases.promotions import changing, reading
from services.catalog.usecases.promotions.changing import ChangePromotion, CreatePromotion

PromotionsQuery = Annotated[ListQuery, Depends(list_query(ordering=reading.SORTABLE, search=True))]

NAME = Text(max_length=255)
PERCENT = DecimalField(max_digits=5, decimal_places=2, gt=0, le=100)
PercentText = MoneyText  # the same format as money: "50.00"

BLACK_FRIDAY = {
    "name": "Black Friday",
    "description": "50% off on electronics",
    "product": 15,
    "discount_percent": "50.00",
    "start_date": "2023-11-24",
    "end_date": "2023-11-26",
    "target_audience": "ALL",
}


class PromotionFilterIn(Filters):
    """The filters of a list of promotions."""

    product: Annotated[int, PrimaryKey()] | None = None
    """Only promotions of the product with this id."""
    when: Annotated[str, Choice(*When)] | None = None
    """Only promotions in force today, in the store's time zone; or only those that come, or are over."""


class PromotionDetails(Shape):
    """The optional fields; a promotion is for ALL by default."""

    description: Annotated[str | Unset, Text(max_length=5_000, blank=True)] = UNSET
    target_audience: Annotated[Audience | Unset, Choice("ALL", "FREQUENT_ONLY")] = UNSET
    """`FREQUENT_ONLY` applies to orders of frequent customers; by default `ALL`."""


@example(BLACK_FRIDAY)
class PromotionIn(PromotionDetails):
    """A discount on a product, from the first day to the last, both included (days of the store)."""

    name: Annotated[str, NAME]
    product_id: Annotated[int, PrimaryKey()] = Field(alias="product")
    """The id of the product."""
    discount_percent: Annotated[Decimal, PERCENT]
    """Above 0, at most 100; up to 2 decimals."""
    start_date: Annotated[date, DateField()]
    """The first day, in the store's time zone."""
    end_date: Annotated[date, DateField()]
    """The last day, which still counts, in the store's time zone."""


@example({"end_date": "2023-11-30"})
class PromotionChange(PromotionDetails):
    """The fields of a promotion to change."""

    name: Annotated[str | Unset, NAME] = UNSET
    product_id: Annotated[int | Unset, PrimaryKey()] = Field(UNSET, alias="product")
    """The id of the product."""
    discount_percent: Annotated[Decimal | Unset, PERCENT] = UNSET
    """Above 0, at most 100; up to 2 decimals."""
    start_date: Annotated[date | Unset, DateField()] = UNSET
    """The first day, in the store's time zone."""
    end_date: Annotated[date | Unset, DateField()] = UNSET
    """The last day, which still counts, in the store's time zone."""

    @classmethod
    def needs(cls, body: Mapping[str, Any]) -> Collection[str]:
        """What a promotion requires, if it is there."""
        return left_blank(PromotionIn, body)


@example({"id": 1, **BLACK_FRIDAY, "is_active": True})
class PromotionOut(TypedDict):
    """A promotion; `is_active` says whether it is in force today in the store."""

    id: int
    name: str
    description: str
    discount_percent: PercentText
    """Percent of the price before tax."""
    start_date: DayText
    """The first day, in the store's time zone."""
    end_date: DayText
    """The last day, which still counts, in the store's time zone."""
    target_audience: Audience
    """`FREQUENT_ONLY` applies to orders of frequent customers."""
    is_active: bool
    """Whether it is in force today, in the store's time zone."""
    product: int
    """The id of the product."""


@example({"id": 1, **BLACK_FRIDAY, "is_active": True, "product_name": "Coca Cola 600ml"})
class NamedPromotionOut(PromotionOut):
    """A promotion with the name of its product."""

    product_name: str


IMPOSSIBLE = (
    EndsBeforeItStarts(),
    NoSuchProduct(15),
    PromotionsOverlap(date(2024, 1, 1), date(2024, 1, 5)),
)

DECIDING = frozenset({"product_id", "start_date", "end_date"})


async def _impossible(
    given: Given, deps: Deps, promotion_id: int = changing.NOT_YET, *, stored_id: int = changing.NOT_YET
) -> list[DomainError]:
    return await changing.find_refusals(
        product_id=given.get("product_id"),
        start_date=given.get("start_date"),
        end_date=given.get("end_date"),
        promotion_id=promotion_id,
        stored_id=stored_id,
        database=deps.database,
    )


async def _impossible_change(
    given: Given, sent: Collection[str], deps: Deps, promotion_id: int
) -> list[DomainError]:
    malformed = DECIDING.intersection(sent).difference(given)
    stored_id = changing.NOT_YET if malformed else promotion_id
    return await _impossible(given, deps, promotion_id, stored_id=stored_id)


@pos.get("/promotions/", response_model=list[NamedPromotionOut])
async def list_promotions(
    request: Request,
    who: Staff,
    query: PromotionsQuery,
    wanted: Annotated[PromotionFilterIn, Query()],
    deps: DepsDep,
) -> Response:
    """List the promotions by id. `search` looks in the name."""
    today = deps.now().day
    page = await reading.list_promotions(
        query,
        product_id=wanted.product,
        when=None if wanted.when is None else When(wanted.when),
        today=today,
        database=deps.database,
    )
    return reply_list(request, [_named(promotion, today) for promotion in page.items], page, query)


@pos.post("/promotions/", response_model=NamedPromotionOut, status_code=201)
@refuses(*IMPOSSIBLE)
@looks_up(_impossible)
@versioned
async def create_promotion(body: PromotionIn, who: AdminOrOwner, deps: DepsDep) -> Response:
    """Create a promotion of a product. No two promotions of a product may share a day."""
    promotion = await changing.create_promotion(
        body.into(CreatePromotion), database=deps.database, now=deps.now()
    )
    return _reply(promotion, deps, status=201)


@pos.get("/promotions/{promotion_id}/", response_model=NamedPromotionOut)
@versioned
async def find_promotion(request: Request, promotion_id: PathId, who: Staff, deps: DepsDep) -> Response:
    """Read a promotion."""
    promotion = await reading.find_promotion(promotion_id, database=deps.database)
    return _reply(promotion, deps, request=request)


@pos.put("/promotions/{promotion_id}/", response_model=NamedPromotionOut)
@refuses(*IMPOSSIBLE)
@looks_up(_impossible)
@versioned
async def replace_promotion(
    promotion_id: PathId,
    body: PromotionIn,
    who: AdminOrOwner,
    expected: IfMatch,
    deps: DepsDep,
) -> Response:
    """Change a promotion with a whole form. Fields missing from the body stay unchanged."""
    return _reply(await _change(promotion_id, body, expected, deps), deps)


@pos.patch("/promotions/{promotion_id}/", response_model=NamedPromotionOut)
@refuses(*IMPOSSIBLE)
@looks_up(_impossible_change)
@versioned
async def change_promotion(
    promotion_id: PathId,
    body: PromotionChange,
    who: AdminOrOwner,
    expected: IfMatch,
    deps: DepsDep,
) -> Response:
    """Change some fields of a promotion, those in the body."""
    return _reply(await _change(promotion_id, body, expected, deps), deps)


@pos.delete("/promotions/{promotion_id}/", status_code=204)
async def delete_promotion(
    promotion_id: PathId, who: AdminOrOwner, expected: IfMatch, deps: DepsDep
) -> Response:
    """Delete a promotion. The normal price applies at once."""
    await changing.delete_promotion(promotion_id, database=deps.database, now=deps.now(), expected=expected)
    return reply(None, status=204)


async def _change(promotion_id: int, body: Shape, expected: Expected, deps: Deps) -> Promotion:
    return await changing.change_promotion(
        body.into(ChangePromotion, promotion_id=promotion_id, expected=expected),
        database=deps.database,
        now=deps.now(),
    )


def _reply(
    promotion: Promotion, deps: Deps, *, request: Request | None = None, status: int = 200
) -> Response:
    shown = _named(promotion, deps.now().day)
    return reply_version(shown, promotion.version, request=request, status=status)


def _named(promotion: Promotion, today: date) -> NamedPromotionOut:
    return {**promotion_out(promotion, today), "product_name": promotion.product_name}


def promotion_out(promotion: Promotion, today: date) -> PromotionOut:
    """The promotion as tills see it."""
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
