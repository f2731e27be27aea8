"""Publishes the state of products, also when a promotion changes their price by itself.

`told_discounts` holds the discount that the last event of a product was priced with. It is written in the
transaction that publishes, with the product locked, so each change of price is told exactly once: by the
request that caused it, or by the job soon after the store's midnight, also after days without a job.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from libs.common.contracts.catalog import ProductChanged
from libs.common.db.database import Database, Transaction
from libs.common.store_calendar import Moment
from services.catalog.domain.products import Product
from services.catalog.usecases.products.locking import LOCK_PRODUCTS
from services.catalog.usecases.products.reading import PRODUCT_FEED, SELECT_PRODUCTS, at_moment

BATCH = 100  # a till that sells one of them waits while a batch is told

REMEMBER_DISCOUNTS = """
    with told as (
        select * from unnest(%(ids)s::bigint[], %(discounts)s::numeric[]) as product (id, discount_percent)
    ), without as (
        delete from told_discounts using told
        where told_discounts.product_id = told.id and told.discount_percent is null
    )
    insert into told_discounts (product_id, discount_percent)
    select id, discount_percent from told where discount_percent is not null
    on conflict (product_id) do update set discount_percent = excluded.discount_percent
    where told_discounts.discount_percent <> excluded.discount_percent
"""

SELECT_UNTOLD_IDS = """
    with candidate as (
        select product_id from promotions
        where target_audience = 'ALL' and daterange(start_date, end_date, '[]') @> %(today)s::date
        union
        select product_id from told_discounts
    )
    select product.id from candidate
    join products product on product.id = candidate.product_id and product.deleted_at is null
    left join promotions promotion on promotion.product_id = product.id
        and promotion.target_audience = 'ALL'
        and daterange(promotion.start_date, promotion.end_date, '[]') @> %(today)s::date
    left join told_discounts told on told.product_id = product.id
    where told.discount_percent is distinct from promotion.discount_percent
    order by product.id
"""

SELECT_UNTOLD = (
    SELECT_PRODUCTS
    + """
    left join told_discounts told on told.product_id = product.id
    where product.id = any(%(ids)s) and product.deleted_at is null
        and told.discount_percent is distinct from promotion.discount_percent
    order by product.id
"""
)


async def tell_products(tx: Transaction, products: Sequence[Product]) -> None:
    """Publish the present state of products, which `tx` has locked or created."""
    for product in products:
        _publish(tx, product)
    if products:
        await _remember(tx, products)


async def tell_deleted(tx: Transaction, product: Product) -> None:
    """Publish that the product, which `tx` has locked, was deleted."""
    _publish(tx, product, deleted=True)
    await _remember(tx, [replace(product, discount_percent=None)])


async def tell_promoted(*, database: Database, now: Callable[[], Moment]) -> None:
    """Publish the products whose price a promotion has changed since they were last told, each once."""
    # All are looked for at once: for each batch anew, the promotions of all that wait would be read again.
    ids: list[int] = await database.fetch_values(SELECT_UNTOLD_IDS, at_moment(now()))
    for start in range(0, len(ids), BATCH):
        batch = {**at_moment(now()), "ids": ids[start : start + BATCH]}
        async with database.transaction() as tx:
            await tx.execute(LOCK_PRODUCTS, batch)
            # Read after the lock: meanwhile somebody may have told them.
            untold = await tx.fetch_all(Product, SELECT_UNTOLD, batch)
            await tell_products(tx, untold)
            await PRODUCT_FEED.mark([product.id for product in untold], connection=tx)


async def _remember(tx: Transaction, products: Sequence[Product]) -> None:
    told = {
        "ids": [product.id for product in products],
        "discounts": [product.discount_percent for product in products],
    }
    await tx.execute(REMEMBER_DISCOUNTS, told)


def _publish(tx: Transaction, product: Product, *, deleted: bool = False) -> None:
    event = ProductChanged(
        product_id=product.id,
        name=product.name,
        description=product.description,
        sku=product.sku,
        price=product.price,
        final_price=product.final_price,
        tax_rate=product.tax_rate,
        cost=product.cost,
        current_stock=product.current_stock,
        low_stock_threshold=product.low_stock_threshold,
        supplier_id=None if deleted else product.supplier_id,
        deleted=deleted,
    )
    tx.publish(event, subject=f"product/{product.id}")
