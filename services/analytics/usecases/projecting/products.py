"""What is in the catalogue, and how much of it? `product_changed`, `stock_changed` → projections.

Events arrive in any order; only newer ones change anything. What describes a product is as new as its event's
`sequence`, its stock as new as the `ledger_id`. `product_changed` tells a stock too, but not after which
ledger entry: it counts only until the first ledger entry is heard of.
"""

from collections.abc import Sequence

from libs.common.contracts.catalog import ProductChanged, StockChanged
from libs.common.db.database import Transaction
from libs.common.db.json_rows import json_rows
from libs.common.messaging.envelope import Received

DESCRIBE_PRODUCTS = """
with told as (
    select * from json_to_recordset(%(products)s::json) as told(
        product_id bigint, name text, sku text, price numeric, final_price numeric, cost numeric,
        low_stock_threshold int, deleted bool, sequence bigint, current_stock int
    )
), described as (
    insert into products as known
        (product_id, name, sku, price, final_price, cost, low_stock_threshold, deleted, sequence)
    select product_id, name, sku, price, final_price, cost, low_stock_threshold, deleted, sequence
    from told order by product_id
    on conflict (product_id) do update set
        name = excluded.name, sku = excluded.sku, price = excluded.price, final_price = excluded.final_price,
        cost = excluded.cost, low_stock_threshold = excluded.low_stock_threshold,
        deleted = excluded.deleted, sequence = excluded.sequence
    where known.sequence < excluded.sequence
    returning product_id
)
insert into product_stocks as known (product_id, current_stock, ledger_id)
select product_id, current_stock, 0 from told join described using (product_id) order by product_id
on conflict (product_id) do update set current_stock = excluded.current_stock
where known.ledger_id = 0
"""

SET_STOCKS = """
insert into product_stocks as known (product_id, current_stock, ledger_id)
select product_id, current_stock, ledger_id
from json_to_recordset(%(levels)s::json) as told(product_id bigint, current_stock int, ledger_id bigint)
order by product_id
on conflict (product_id) do update set
    current_stock = excluded.current_stock, ledger_id = excluded.ledger_id
where known.ledger_id < excluded.ledger_id
"""


async def describe_products(tx: Transaction, events: Sequence[Received[ProductChanged]]) -> None:
    """Take over what newer events say of products; a deleted one stays, marked."""
    in_order = sorted(events, key=lambda each: each.sequence)
    newest = {received.event.product_id: received for received in in_order}.values()
    rows = (received.event.model_dump() | {"sequence": received.sequence} for received in newest)
    await tx.execute(DESCRIBE_PRODUCTS, {"products": json_rows(rows)})


async def set_stocks(tx: Transaction, events: Sequence[Received[StockChanged]]) -> None:
    """Take over the stock after each product's newest ledger entry."""
    levels = [level for received in events for level in received.event.products]
    in_order = sorted(levels, key=lambda each: each.ledger_id)
    newest = {level.product_id: level for level in in_order}.values()
    await tx.execute(SET_STOCKS, {"levels": json_rows(level.model_dump() for level in newest)})
