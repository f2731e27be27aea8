"""Reads promotions. Those of deleted products are left out."""

from collections.abc import Mapping
from datetime import date

from psycopg import sql

from libs.common.db.changes import Changes, Feed
from libs.common.db.database import Database, Sql
from libs.common.db.listing import ChangesQuery, ListQuery
from libs.common.db.pages import Listing, Page
from services.catalog.domain.promotions import Promotion, PromotionNotFound, When

SELECT_PROMOTIONS = """
    select promotion.id, promotion.product_id, promotion.name, promotion.description,
        promotion.discount_percent, promotion.start_date, promotion.end_date, promotion.target_audience,
        product.name as product_name, promotion.xmin as version
    from promotions promotion
    join products product on product.id = promotion.product_id and product.deleted_at is null
"""

SELECT_PROMOTION = SELECT_PROMOTIONS + " where promotion.id = %(id)s"

SORTABLE = ("id", "name", "start_date", "end_date", "discount_percent")

PROMOTION_LIST = Listing(
    row=Promotion,
    rows=SELECT_PROMOTIONS,
    counted="promotions promotion join products product "
    "on product.id = promotion.product_id and product.deleted_at is null",
    columns={field: f"promotion.{field}" for field in SORTABLE},
    texts=("name",),
    searched="promotion.search_text",
)

ON_DAYS: Mapping[When, sql.SQL] = {
    When.COMING: sql.SQL("promotion.start_date > %(today)s"),
    When.RUNNING: sql.SQL("promotion.start_date <= %(today)s and promotion.end_date >= %(today)s"),
    When.OVER: sql.SQL("promotion.end_date < %(today)s"),
}

# The join leaves out promotions of deleted products.
PROMOTION_FEED = Feed(
    row=Promotion, rows=SELECT_PROMOTIONS, thing="promotion", id="promotion.id", exists="true"
)


async def list_promotions(
    query: ListQuery,
    *,
    product_id: int | None,
    when: When | None,
    today: date,
    database: Database,
) -> Page[Promotion]:
    """Promotions of products that are not deleted, or of one of them; by id unless ordered otherwise.

    `when` leaves those that are to come, hold or are over on the store's day `today`.
    """
    conditions = [] if product_id is None else [sql.SQL("promotion.product_id = %(product_id)s")]
    if when is not None:
        conditions.append(ON_DAYS[when])
    params = {"product_id": product_id, "today": today}
    return await PROMOTION_LIST.read(query, conditions, params, database=database)


async def list_promotion_changes(query: ChangesQuery, *, database: Database) -> Changes[Promotion]:
    """All promotions as in the list, then those that changed since; raises `InvalidAfter`."""
    return await PROMOTION_FEED.read(query, {}, database=database)


async def find_promotion(promotion_id: int, *, database: Database | Sql) -> Promotion:
    """The promotion; raises `PromotionNotFound`, also when its product was deleted."""
    promotion = await database.fetch_one(Promotion, SELECT_PROMOTION, {"id": promotion_id})
    if promotion is None:
        raise PromotionNotFound
    return promotion
