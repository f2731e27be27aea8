"""How are promotions kept, so that no two of a product share a day?"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from psycopg import sql

from libs.common.db.database import Database, Transaction
from libs.common.db.listing import ListQuery
from libs.common.db.pages import Listing, Page
from services.catalog.domain.promotions import (
    NoSuchProduct,
    Promotion,
    PromotionNotFound,
    PromotionsOverlap,
    refuse_end_before_start,
)

PROMOTIONS = """
    select promotion.id, promotion.product_id, promotion.name, promotion.description,
        promotion.discount_percent, promotion.start_date, promotion.end_date, promotion.target_audience
    from promotions promotion
    join products product on product.id = promotion.product_id and product.deleted_at is null
"""

FIND = PROMOTIONS + " where promotion.id = %(id)s"

LOCK = FIND + " for update of promotion"

# Who writes promotions of a product holds its row, so that the look for overlaps sees all there are.
LOCK_PRODUCT = "select id from products where id = %(id)s and deleted_at is null for no key update"

OVERLAPPING = """
    select start_date, end_date from promotions
    where product_id = %(product_id)s and id <> %(id)s
        and daterange(start_date, end_date, '[]') && daterange(%(start_date)s, %(end_date)s, '[]')
    order by start_date
    limit 1
"""

ADD = """
    insert into promotions
        (product_id, name, description, discount_percent, start_date, end_date, target_audience)
    values (%(product_id)s, %(name)s, %(description)s, %(discount_percent)s, %(start_date)s, %(end_date)s,
        %(target_audience)s)
    returning id
"""

SAVE = """
    update promotions
    set product_id = %(product_id)s, name = %(name)s, description = %(description)s,
        discount_percent = %(discount_percent)s, start_date = %(start_date)s, end_date = %(end_date)s,
        target_audience = %(target_audience)s
    where id = %(id)s
"""

DELETE = """
    delete from promotions promotion using products product
    where promotion.id = %(id)s and product.id = promotion.product_id and product.deleted_at is null
"""

SORTABLE = ("id", "name", "start_date", "end_date", "discount_percent")

PROMOTION_LIST = Listing(
    row=Promotion,
    rows=PROMOTIONS,
    counted="promotions promotion join products product "
    "on product.id = promotion.product_id and product.deleted_at is null",
    columns={field: f"promotion.{field}" for field in SORTABLE},
    searched=("promotion.name",),
)

NOT_YET = 0  # the id of a promotion that is only being made


@dataclass(frozen=True, slots=True)
class _Days:
    start_date: date
    end_date: date


async def list_promotions(query: ListQuery, *, product_id: int | None, database: Database) -> Page[Promotion]:
    """Promotions of products that are not deleted, by id unless asked otherwise; of one product if given."""
    conditions = [] if product_id is None else [sql.SQL("promotion.product_id = %(product_id)s")]
    return await PROMOTION_LIST.read(query, conditions, {"product_id": product_id}, database=database)


async def add_promotion(fields: Mapping[str, Any], *, database: Database) -> Promotion:
    """Start a promotion. Raises `EndsBeforeItStarts`, `NoSuchProduct`, `PromotionsOverlap`."""
    promotion = Promotion(id=NOT_YET, **{"description": "", "target_audience": "ALL", **fields})
    async with database.transaction() as tx:
        await _refuse_impossible(tx, promotion)
        promotion_id = await tx.fetch_value(ADD, asdict(promotion))
    return replace(promotion, id=promotion_id)


async def find_promotion(promotion_id: int, *, database: Database) -> Promotion:
    """The promotion; raises `PromotionNotFound`, also when its product was deleted."""
    promotion = await database.fetch_one(Promotion, FIND, {"id": promotion_id})
    if promotion is None:
        raise PromotionNotFound
    return promotion


async def change_promotion(promotion_id: int, changes: Mapping[str, Any], *, database: Database) -> Promotion:
    """Change only the fields given; refuses like `add_promotion`, and with `PromotionNotFound`."""
    async with database.transaction() as tx:
        before = await tx.fetch_one(Promotion, LOCK, {"id": promotion_id})
        if before is None:
            raise PromotionNotFound
        after = replace(before, **changes)
        await _refuse_impossible(tx, after)
        await tx.execute(SAVE, asdict(after))
    return after


async def delete_promotion(promotion_id: int, *, database: Database) -> None:
    """The price goes back to normal at once; raises `PromotionNotFound`."""
    if not await database.execute(DELETE, {"id": promotion_id}):
        raise PromotionNotFound


async def _refuse_impossible(tx: Transaction, promotion: Promotion) -> None:
    refuse_end_before_start(promotion.start_date, promotion.end_date)
    if await tx.fetch_value(LOCK_PRODUCT, {"id": promotion.product_id}) is None:
        raise NoSuchProduct(promotion.product_id)
    other = await tx.fetch_one(_Days, OVERLAPPING, asdict(promotion))
    if other:
        raise PromotionsOverlap(other.start_date, other.end_date)
