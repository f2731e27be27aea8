"""What is in the catalogue, and how much of it? `product_changed`, `stock_changed` → projections.

Events arrive in any order; only newer ones change anything. What describes a product is as new as its event's
`sequence`, its stock as new as the `ledger_id`. `product_changed` tells a stock too, but not after which
ledger entry: it counts only until the first ledger entry is heard of.
"""

from collections.abc import Sequence

from libs.common.contracts.catalog import ProductChanged, StockChanged
from libs.common.db.database import Transaction
from libs.common.messaging.envelope import Received

DESCRIBE_PRODUCTS = """
with told as (
    select * from unnest(
        %(product_ids)s::bigint[], %(names)s::text[], %(skus)s::text[], %(prices)s::numeric[],
        %(final_prices)s::numeric[], %(costs)s::numeric[], %(low_stock_thresholds)s::int[],
        %(deleted)s::bool[], %(sequences)s::bigint[], %(current_stocks)s::int[]
    ) as told(product_id, name, sku, price, final_price, cost, low_stock_threshold, deleted, sequence,
              current_stock)
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
from unnest(%(product_ids)s::bigint[], %(current_stocks)s::int[], %(ledger_ids)s::bigint[])
    as told(product_id, current_stock, ledger_id)
order by product_id
on conflict (product_id) do update set
    current_stock = excluded.current_stock, ledger_id = excluded.ledger_id
where known.ledger_id < excluded.ledger_id
"""


async def describe_products(tx: Transaction, events: Sequence[Received[ProductChanged]]) -> None:
    """Take over what newer events say of products; a deleted one stays, marked."""
    in_order = sorted(events, key=lambda each: each.sequence)
    newest = {received.event.product_id: received for received in in_order}
    products = [received.event for received in newest.values()]
    await tx.execute(
        DESCRIBE_PRODUCTS,
        {
            "product_ids": list(newest),
            "names": [product.name for product in products],
            "skus": [product.sku for product in products],
            "prices": [product.price for product in products],
            "final_prices": [product.final_price for product in products],
            "costs": [product.cost for product in products],
            "low_stock_thresholds": [product.low_stock_threshold for product in products],
            "deleted": [product.deleted for product in products],
            "sequences": [received.sequence for received in newest.values()],
            "current_stocks": [product.current_stock for product in products],
        },
    )


async def set_stocks(tx: Transaction, events: Sequence[Received[StockChanged]]) -> None:
    """Take over the stock after each product's newest ledger entry."""
    levels = [level for received in events for level in received.event.products]
    newest = {level.product_id: level for level in sorted(levels, key=lambda each: each.ledger_id)}
    await tx.execute(
        SET_STOCKS,
        {
            "product_ids": list(newest),
            "current_stocks": [level.current_stock for level in newest.values()],
            "ledger_ids": [level.ledger_id for level in newest.values()],
        },
    )
