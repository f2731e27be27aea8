"""Creating, changing and deleting promotions; no two of a product share a day."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from typing import LiteralString

from libs.common.db.database import Database, Transaction
from libs.common.errors import DomainError, refuse_all
from libs.common.looks import LookAgain, looks_again
from libs.common.row_versions import ANY_VERSION, Expected
from libs.common.store_calendar import Moment
from libs.common.unset import UNSET, Unset, given
from services.catalog.domain.products import Product, ProductNotFound
from services.catalog.domain.promotions import (
    Audience,
    NoSuchProduct,
    Promotion,
    PromotionsOverlap,
    refusals_of_days,
)
from services.catalog.usecases.products.locking import lock_product
from services.catalog.usecases.products.prices import remember_prices
from services.catalog.usecases.products.reading import SELECT_PRODUCTS, at_moment
from services.catalog.usecases.products.telling import tell_products
from services.catalog.usecases.promotions.reading import find_promotion

SELECT_OVERLAPPING = """
    select start_date, end_date from promotions
    where product_id = %(product_id)s and id <> %(id)s
        and daterange(start_date, end_date, '[]') && daterange(%(start_date)s, %(end_date)s, '[]')
    order by start_date
    limit 1
"""

# For the well-formed fields of a malformed body. A deleted product's promotions overlap nothing.
SELECT_FACTS = """
    with wanted as (
        select coalesce(%(product_id)s::bigint, stored.product_id) as product_id,
            coalesce(%(start_date)s::date, stored.start_date) as start_date,
            coalesce(%(end_date)s::date, stored.end_date) as end_date
        from (values (%(stored_id)s::bigint)) one (id)
        left join promotions stored on stored.id = one.id
    )
    select wanted.product_id, wanted.start_date, wanted.end_date,
        known.id is not null as product_is_known, taken.start_date as taken_from, taken.end_date as taken_to
    from wanted
    left join products known on known.id = wanted.product_id and known.deleted_at is null
    left join lateral (
        select other.start_date, other.end_date from promotions other
        where other.product_id = known.id and other.id <> %(id)s
            and wanted.start_date <= wanted.end_date
            and other.start_date <= wanted.end_date and other.end_date >= wanted.start_date
        order by other.start_date
        limit 1
    ) taken on true
"""

INSERT_PROMOTION = """
    insert into promotions
        (product_id, name, description, discount_percent, start_date, end_date, target_audience)
    values (%(product_id)s, %(name)s, %(description)s, %(discount_percent)s, %(start_date)s, %(end_date)s,
        %(target_audience)s)
    returning id, xmin as version
"""

UPDATE_PROMOTION = """
    update promotions
    set product_id = %(product_id)s, name = %(name)s, description = %(description)s,
        discount_percent = %(discount_percent)s, start_date = %(start_date)s, end_date = %(end_date)s,
        target_audience = %(target_audience)s
    where id = %(id)s
    returning id, xmin as version
"""

SELECT_LOCKED = SELECT_PRODUCTS + " where product.id = any(%(ids)s) order by product.id"

DELETE_PROMOTION = "delete from promotions where id = %(id)s"

NOT_YET = 0  # the id of a promotion before it is inserted


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatePromotion:
    """A promotion to create. Its days are the store's, both included."""

    product_id: int
    name: str
    discount_percent: Decimal
    start_date: date
    end_date: date
    description: str = ""
    target_audience: Audience = "ALL"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePromotion:
    """The fields of a promotion to change."""

    promotion_id: int
    expected: Expected = ANY_VERSION
    product_id: int | Unset = UNSET
    name: str | Unset = UNSET
    discount_percent: Decimal | Unset = UNSET
    start_date: date | Unset = UNSET
    end_date: date | Unset = UNSET
    description: str | Unset = UNSET
    target_audience: Audience | Unset = UNSET


@dataclass(frozen=True, slots=True)
class _Days:
    start_date: date
    end_date: date


@dataclass(frozen=True, slots=True)
class _Facts:
    product_id: int | None
    start_date: date | None
    end_date: date | None
    product_is_known: bool
    taken_from: date | None
    taken_to: date | None


async def create_promotion(command: CreatePromotion, *, database: Database, now: Moment) -> Promotion:
    """Create a promotion. A product whose price it changes today is published.

    Raises `EndsBeforeItStarts`, `NoSuchProduct`, `PromotionsOverlap`.
    """
    promotion = Promotion(id=NOT_YET, **asdict(command))
    async with database.transaction() as tx:
        products = await _lock_products(tx, {promotion.product_id}, now)
        refuse_all(await _impossible(tx, promotion, products))
        written = await _write(tx, INSERT_PROMOTION, promotion)
        await _tell(tx, products, now)
        return replace(written, product_name=products[written.product_id].name)


@looks_again("promotions")
async def change_promotion(command: ChangePromotion, *, database: Database, now: Moment) -> Promotion:
    """Change the given fields only. Products whose price it changes today are published.

    Raises `PromotionNotFound`, the errors of `create_promotion`, or `ChangedMeanwhile`.
    """
    changed = given(command, but=("promotion_id", "expected"))
    async with database.transaction() as tx:
        found = await find_promotion(command.promotion_id, database=tx)
        products = await _lock_products(tx, {found.product_id, replace(found, **changed).product_id}, now)
        before = await _find_locked(tx, found)
        after = replace(before, **changed)
        refuse_all(await _impossible(tx, after, products))
        command.expected.check(before.version)
        written = await _write(tx, UPDATE_PROMOTION, after)
        await _tell(tx, products, now)
        return replace(written, product_name=products[written.product_id].name)


@looks_again("promotions")
async def delete_promotion(
    promotion_id: int, *, database: Database, now: Moment, expected: Expected = ANY_VERSION
) -> None:
    """Delete the promotion; the normal price applies at once, and is published if it was another.

    Raises `PromotionNotFound` and `ChangedMeanwhile`.
    """
    async with database.transaction() as tx:
        found = await find_promotion(promotion_id, database=tx)
        products = await _lock_products(tx, {found.product_id}, now)
        promotion = await _find_locked(tx, found)
        expected.check(promotion.version)
        await tx.execute(DELETE_PROMOTION, {"id": promotion_id})
        await _tell(tx, products, now)


async def _find_locked(tx: Transaction, found: Promotion) -> Promotion:
    """The promotion as it is now that the product of which it was `found` is locked.

    Raises `LookAgain` if it was moved to another product meanwhile, and `PromotionNotFound`.
    """
    promotion = await find_promotion(found.id, database=tx)
    if promotion.product_id != found.product_id:
        raise LookAgain
    return promotion


async def _lock_products(tx: Transaction, ids: Collection[int], now: Moment) -> dict[int, Product]:
    """The products that exist, by id, locked in the order of ids.

    A promotion changes only while its product is locked: so nobody else changes it, the check for overlaps
    sees every other promotion, and prices are published in the order of changes.
    """
    locked: dict[int, Product] = {}
    for product_id in sorted(ids):
        with suppress(ProductNotFound):
            locked[product_id] = await lock_product(tx, product_id, now)
    return locked


async def _tell(tx: Transaction, before: Mapping[int, Product], now: Moment) -> None:
    """Publish those of the products whose discount is another one now; write down the prices of all."""
    params = {"ids": [*before], **at_moment(now)}
    after = await tx.fetch_all(Product, SELECT_LOCKED, params)
    await tell_products(
        tx, [each for each in after if each.discount_percent != before[each.id].discount_percent]
    )
    await remember_prices(tx, [*before], now=now)


async def _write(tx: Transaction, statement: LiteralString, promotion: Promotion) -> Promotion:
    """The promotion as it is after the statement."""
    (written,) = await tx.fetch_dicts(statement, asdict(promotion))
    return replace(promotion, **written)


async def find_refusals(
    *,
    product_id: int | None,
    start_date: date | None,
    end_date: date | None,
    promotion_id: int = NOT_YET,
    stored_id: int = NOT_YET,
    database: Database,
) -> list[DomainError]:
    """The refusals of `create_promotion`, or of `change_promotion`, for these fields.

    Of those that are None, the promotion `stored_id` has the values; without one they are not looked up.
    """
    values = {
        "product_id": product_id,
        "start_date": start_date,
        "end_date": end_date,
        "id": promotion_id,
        "stored_id": stored_id,
    }
    found = await database.fetch_only(_Facts, SELECT_FACTS, values)
    refusals: list[DomainError] = []
    if found.start_date and found.end_date:
        refusals += refusals_of_days(found.start_date, found.end_date)
    if found.product_id is not None and not found.product_is_known:
        refusals.append(NoSuchProduct(found.product_id))
    if found.taken_from and found.taken_to:
        refusals.append(PromotionsOverlap(found.taken_from, found.taken_to))
    return refusals


async def _impossible(tx: Transaction, promotion: Promotion, products: Collection[int]) -> list[DomainError]:
    refusals = refusals_of_days(promotion.start_date, promotion.end_date)
    if promotion.product_id not in products:
        return [*refusals, NoSuchProduct(promotion.product_id)]
    other = None if refusals else await tx.fetch_one(_Days, SELECT_OVERLAPPING, asdict(promotion))
    return [*refusals, PromotionsOverlap(other.start_date, other.end_date)] if other else refusals
