"""Adds or takes pieces by hand, without a count (contract §3)."""

from dataclasses import dataclass, replace
from typing import LiteralString
from uuid import UUID

from libs.common.db.database import Database
from libs.common.db.operations import did, find_done
from libs.common.store_calendar import Moment
from services.catalog.domain.products import Product
from services.catalog.domain.stock import Reason, refuse_change
from services.catalog.usecases.products.locking import lock_product
from services.catalog.usecases.stock.ledger import publish_if_low, record_counts
from services.catalog.usecases.stock.shortfalls import settle_shortfalls

ADJUSTED: LiteralString = "product.adjusted"

UPDATE_STOCK: LiteralString = f"""
    with changed as (
        update products set current_stock = current_stock + %(change)s, updated_at = %(now)s
        where id = %(product_id)s
        returning id, xmin as version
    ), {did(ADJUSTED, of="changed", by="%(operation)s::uuid")}
    select version from changed
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustStock:
    """Pieces to add, or to take if `change` is negative; by the user `by`.

    `operation` is the same in every repeat of one request.
    """

    operation: UUID
    product_id: int
    change: int
    reason: Reason
    note: str | None
    by: int


async def adjust_stock(command: AdjustStock, *, database: Database, now: Moment) -> Product:
    """Change the stock, with a line in the ledger; returns the product. A repeat changes nothing.

    What is added goes to the product's shortfalls first, each with a line of its own.
    Raises `ProductNotFound`, `TakesHeldStock` and `StockTooLarge`.
    """
    async with database.transaction() as tx:
        before = await lock_product(tx, command.product_id, now)
        if await find_done(tx, command.operation, did=ADJUSTED) is not None:
            return before
        stock, change = before.current_stock, command.change
        refuse_change(change, current_stock=stock, available=before.available_to_sell)
        params = {
            "operation": command.operation,
            "product_id": command.product_id,
            "change": change,
            "now": now.at,
        }
        version: str = await tx.fetch_value(UPDATE_STOCK, params)
        after = replace(before, current_stock=stock + change, updated_at=now.at, version=version)
        await record_counts(tx, [(after, change)], reason=command.reason, by=command.by, note=command.note)
        if change > 0:
            settled = await settle_shortfalls(tx, {after.id: change}, now=now.at)
            after = replace(after, current_stock=after.current_stock - settled)
        publish_if_low(tx, after.id, before.level, after.level)
    return after
