"""Ends what depends on a product that is deleted: its holds and its promotions.

Orders that took stock stand as they were priced. A product that is not active keeps both: only the web shop
does not sell it (contract §3).
"""

from dataclasses import replace
from datetime import timedelta
from typing import LiteralString

from libs.common.db.database import Transaction
from libs.common.store_calendar import Moment
from services.catalog.domain.products import Product
from services.catalog.usecases.stock.hold_marks import THIS_TRANSACTION

# Promotions are locked before their products everywhere.
LOCK_PROMOTIONS = """
    select id from promotions where product_id = %(id)s and end_date >= %(today)s order by id for update
"""

UPDATE_TO_LAPSED: LiteralString = f"""
    with lapsed as (
        update holds set expires_at = %(now)s
        where product_id = %(id)s and expires_at > %(now)s
        returning product_id
    )
    update products set holds_changed_in = {THIS_TRANSACTION} where id in (select product_id from lapsed)
"""

UPDATE_TO_ENDED = """
    update promotions set end_date = %(yesterday)s
    where product_id = %(id)s and start_date < %(today)s and end_date >= %(today)s
"""

# Promotions that have had no day yet.
DELETE_UNBEGUN = "delete from promotions where product_id = %(id)s and start_date >= %(today)s"


async def lock_promotions(tx: Transaction, product_id: int, now: Moment) -> None:
    """Lock what will be ended, before the product is locked."""
    await tx.execute(LOCK_PROMOTIONS, {"id": product_id, "today": now.day})


async def withdraw(tx: Transaction, product: Product, *, now: Moment) -> Product:
    """End the holds and the promotions of the product, whose row is locked in `tx`; returns it as it is then.

    The last day of a running promotion is yesterday in the store; one that has had no day yet is deleted.
    """
    params = {
        "id": product.id,
        "now": now.at,
        "today": now.day,
        "yesterday": now.day - timedelta(days=1),
    }
    for statement in (UPDATE_TO_LAPSED, UPDATE_TO_ENDED, DELETE_UNBEGUN):
        await tx.execute(statement, params)
    return replace(product, reserved_quantity=0, discount_percent=None)
