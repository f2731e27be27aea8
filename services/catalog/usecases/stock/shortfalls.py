"""Shortfalls: pieces that were sold and not in stock, until they are settled (contract §8.6).

One is written under the lock of its product. Pieces that come in, or that no sale took after all, go to the
oldest shortfalls first: each has its line in the ledger, as if its sale took them now. What is in stock
already stays: a customer has brought it back, so it is on the shelf. A count has seen the shelf: it closes
shortfalls without a line.
Nobody counts or buys in a product that was deleted: its shortfalls are not shown. They are kept, so that its
stock does not depend on the order in which its sales arrive.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

from prometheus_client import Gauge
from psycopg import sql

from libs.common.db.database import Database, Transaction
from libs.common.db.listing import ListQuery
from libs.common.db.pages import Listing, Page
from services.catalog.domain.stock import Reason, Shortfall
from services.catalog.usecases.stock.ledger import MOVEMENT, Movement, publish_movements

open_shortfalls = Gauge("catalog_open_shortfalls", "Shortfalls that no count and no receipt has settled")
missing_pieces = Gauge("catalog_missing_pieces", "Pieces that were sold and not in stock, not settled yet")

SHORTFALLS: LiteralString = "shortfalls shortfall join products product on product.id = shortfall.product_id"
IS_SHOWN: LiteralString = "product.deleted_at is null"

SELECT_SHORTFALLS: LiteralString = f"""
    select shortfall.id, shortfall.product_id, product.name as product_name, shortfall.quantity,
        shortfall.order_id, shortfall.created_at
    from {SHORTFALLS}
"""

SHORTFALL_LIST = Listing(
    row=Shortfall,
    rows=SELECT_SHORTFALLS,
    counted=SHORTFALLS,
    columns={"id": "shortfall.id"},
)

SETTLE: LiteralString = f"""
-- The open shortfalls of the products, oldest first, with the pieces that they get of those that came.
with waiting as materialized (
    select shortfalls.id, product_id, allocation_id, quantity, current_stock, user_id,
        least(quantity, greatest(
            came + quantity - sum(quantity) over (partition by product_id order by shortfalls.id), 0
        ))::bigint as gets
    from shortfalls
    join unnest(%(ids)s::bigint[], %(pieces)s::bigint[]) as arrival (product_id, came) using (product_id)
    join products on products.id = product_id
    join allocations on allocations.id = allocation_id
), settled as (
    delete from shortfalls using waiting where shortfalls.id = waiting.id and gets = waiting.quantity
), lessened as (
    update shortfalls set quantity = shortfalls.quantity - gets
    from waiting
    where shortfalls.id = waiting.id and gets > 0 and gets < waiting.quantity
), taken as (
    update products set current_stock = products.current_stock - total
    from (select product_id, sum(gets) as total from waiting group by product_id) got
    where products.id = product_id and total > 0
), entered as (
    insert into stock_ledger (product_id, change, balance, reason, reference, user_id, created_at)
    select product_id, -gets, current_stock - sum(gets) over (partition by product_id order by id), %(sale)s,
        allocation_id::text, user_id, %(now)s
    from waiting where gets > 0
    order by product_id, id
    returning {MOVEMENT}
)
select * from entered order by reference, product_id
"""

CLOSE = """
    with closed as (
        delete from shortfalls where product_id = any(%(ids)s) returning allocation_id, product_id, quantity
    )
    update allocation_lines line set counted = coalesce(counted, 0) + closed.quantity
    from closed
    where line.allocation_id = closed.allocation_id and line.product_id = closed.product_id
"""

MEASURE: LiteralString = f"""
select count(*) as number, coalesce(sum(quantity), 0)::bigint as pieces from {SHORTFALLS} where {IS_SHOWN}
"""


@dataclass(frozen=True, slots=True)
class _Open:
    number: int
    pieces: int


async def list_shortfalls(query: ListQuery, *, database: Database) -> Page[Shortfall]:
    """The open shortfalls of products that are not deleted, oldest first."""
    return await SHORTFALL_LIST.read(query, [sql.SQL(IS_SHOWN)], {}, database=database)


async def settle_shortfalls(tx: Transaction, came: Mapping[int, int], *, now: datetime) -> int:
    """Give the pieces that came, by product, to the shortfalls of these products, which `tx` has locked.

    They are in stock already. Returns how many pieces the shortfalls got.
    """
    if not came:
        return 0
    params = {"ids": list(came), "pieces": list(came.values()), "sale": Reason.SALE, "now": now}
    settled = await tx.fetch_all(Movement, SETTLE, params)
    publish_movements(tx, settled, at=now)
    return -sum(line.change for line in settled)


async def close_shortfalls(tx: Transaction, product_ids: Sequence[int]) -> None:
    """Close the shortfalls of these products, which `tx` has locked: somebody has counted them."""
    if product_ids:
        await tx.execute(CLOSE, {"ids": product_ids})


async def measure_shortfalls(*, database: Database) -> None:
    """Set the gauges."""
    found = await database.fetch_only(_Open, MEASURE)
    open_shortfalls.set(found.number)
    missing_pieces.set(found.pieces)
