"""Catalog takes again the stock of orders that it knows nothing of, as after a restore of catalog alone.

What is sold for good is gone from the shelf: its pieces are taken as far as they are there, and the rest is a
shortfall. An order that may still be cancelled is allocated like a new one, all or nothing. What catalog has
taken already is not taken twice.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from libs.common.contracts.sales import Channel
from libs.common.db.database import Database
from libs.common.errors import Unavailable
from libs.common.lifecycle import sql_list
from services.sales.domain.lifecycles import PosStatus, WebStatus
from services.sales.domain.stock import Item, StockShort, UnknownProducts
from services.sales.usecases.ports import Stock

Refusal = StockShort | UnknownProducts

BATCH_MAX = 100

# Shipped goods stay sold when their order is cancelled.
STANDS: LiteralString = "(cancelled_at is null or shipped_at is not null)"

# A sale that a till has sent late is as old as the sale, and its stock was taken when it arrived.
SELECT_STANDING: LiteralString = f"""
select id, uuid, channel, user_id, coalesce(shipped_at, paid_at, created_at) as sold_at,
    shipped_at is not null
        or status in ({sql_list((PosStatus.PAID, WebStatus.SHIPPED, WebStatus.DELIVERED))}) as is_final,
    product_ids, quantities
from orders, lateral (
    select array_agg(product_id order by line) as product_ids, array_agg(quantity order by line) as quantities
    from order_lines where order_id = orders.id
) goods
where id > %(after)s and {STANDS}
    and (
        created_at >= %(since)s
        or id in (select order_id from synced_sales where received_at >= %(since)s)
    )
order by id limit %(limit)s
"""

SELECT_STANDS: LiteralString = f"select {STANDS} from orders where id = %(id)s"


@dataclass(frozen=True, slots=True)
class Reallocated:
    """An order since that moment, and why catalog did not take its stock, if it did not."""

    order_id: int
    refusal: Refusal | None


@dataclass(frozen=True, slots=True)
class _Standing:
    id: int
    uuid: UUID
    channel: Channel
    user_id: int
    sold_at: datetime
    is_final: bool
    product_ids: list[int]
    quantities: list[int]

    @property
    def items(self) -> list[Item]:
        return [Item(*item) for item in zip(self.product_ids, self.quantities, strict=True)]


async def reallocate(since: datetime, *, database: Database, stock: Stock) -> AsyncIterator[Reallocated]:
    """Take the stock of each order since this moment that stands, one after the other, by their ids.

    An order that is refused holds up no other, nor does one that is cancelled meanwhile. Raises
    `Unavailable`; a repeat goes on where it broke off.
    """
    after = 0
    wanted = {"since": since, "limit": BATCH_MAX}
    while batch := await database.fetch_all(_Standing, SELECT_STANDING, {**wanted, "after": after}):
        for order in batch:
            try:
                refusal = await _refused(order, stock)
            except Unavailable:  # also of an order that was cancelled since it was read: catalog knows that
                if await database.fetch_value(SELECT_STANDS, {"id": order.id}):
                    raise
            else:
                yield Reallocated(order.id, refusal)
        after = batch[-1].id


async def _refused(order: _Standing, stock: Stock) -> Refusal | None:
    """Take the order's stock; why that was refused, if it was."""
    try:
        if order.is_final:
            await stock.sell(
                order.uuid, order.items, user_id=order.user_id, sold_at=order.sold_at, order_id=order.id
            )
        else:
            await stock.allocate(order.uuid, order.items, user_id=order.user_id, channel=order.channel)
    except (StockShort, UnknownProducts) as refusal:
        return refusal
    return None
