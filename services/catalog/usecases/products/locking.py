"""Locks a product, then reads it: what others committed until then is seen, also its holds and promotions."""

from libs.common.db.database import Transaction
from libs.common.store_calendar import Moment
from services.catalog.domain.products import Product, ProductNotFound
from services.catalog.usecases.products.reading import SELECT_PRODUCT, at_moment

# Two statements: one that waits for the lock reads other tables as they were before it waited.
LOCK_PRODUCT = "select id from products where id = %(id)s and deleted_at is null for no key update"
LOCK_PRODUCTS = "select id from products where id = any(%(ids)s::bigint[]) order by id for no key update"


async def lock_product(tx: Transaction, product_id: int, now: Moment) -> Product:
    """The product, which nobody else changes, sells or holds until `tx` ends. Raises `ProductNotFound`."""
    if await tx.fetch_value(LOCK_PRODUCT, {"id": product_id}) is None:
        raise ProductNotFound
    return await tx.fetch_only(Product, SELECT_PRODUCT, {"id": product_id, **at_moment(now)})
