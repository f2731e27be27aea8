"""Ends what depends on products that are deleted or deactivated: holds and running promotions.

Orders that took stock stand as they were priced.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import LiteralString

from libs.common.db.database import Transaction
from libs.common.store_calendar import Moment
from services.catalog.domain.products import Product
from services.catalog.usecases.stock.hold_marks import THIS_TRANSACTION

UPDATE_TO_LAPSED: LiteralString = f"""
    with lapsed as (
        update holds set expires_at = %(now)s
        where product_id = any(%(ids)s) and expires_at > %(now)s
        returning product_id
    )
    update products set holds_changed_in = {THIS_TRANSACTION} where id in (select product_id from lapsed)
"""

UPDATE_TO_ENDED = """
    update promotions set end_date = %(yesterday)s
    where product_id = any(%(ids)s) and start_date < %(today)s and end_date >= %(today)s
"""

# A promotion that had no day yet.
DELETE_UNBEGUN = """
    delete from promotions
    where product_id = any(%(ids)s) and start_date between %(today)s and %(last_start)s
"""


async def withdraw(
    tx: Transaction, products: Sequence[Product], *, now: Moment, for_good: bool
) -> list[Product]:
    """End holds and running promotions of these products, `for_good` the promotions to come too.

    The last day of a promotion is yesterday in the store; one that began today is deleted. Returns the
    products as they are then. Their rows must be locked in `tx`.
    """
    if not products:
        return []
    params = {
        "ids": [product.id for product in products],
        "now": now.at,
        "today": now.day,
        "yesterday": now.day - timedelta(days=1),
        "last_start": date.max if for_good else now.day,
    }
    for statement in (UPDATE_TO_LAPSED, UPDATE_TO_ENDED, DELETE_UNBEGUN):
        await tx.execute(statement, params)
    return [replace(product, reserved_quantity=0, discount_percent=None) for product in products]


def is_withdrawn(before: Product, after: Product) -> bool:
    """Whether a change deactivates the product."""
    return before.is_active and not after.is_active
