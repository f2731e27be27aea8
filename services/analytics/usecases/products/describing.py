"""Stores the newest state of each product from `catalog.product_changed` and `catalog.stock_changed`.

Events arrive in any order, and only newer ones change anything: descriptions are ordered by the `sequence` of
their event, stock by its `ledger_id`. `product_changed` also holds the stock, but without its ledger id, so
that stock is used only until the first `stock_changed` of the product. Stock may be known before the product
is described: reports leave the product out until then (`in_catalog`).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString
from zoneinfo import ZoneInfo

from libs.common.contracts.catalog import ProductChanged, StockChanged, StockLevel
from libs.common.db.database import Transaction
from libs.common.db.json_rows import json_rows
from libs.common.messaging.envelope import Received
from libs.common.store_calendar import store_day
from services.analytics.domain.valuation import unit_cost
from services.analytics.usecases.newest import newest

# Returns the products that are new, or replaced by a newer event.
INSERT_PRODUCTS = """
insert into products as known
    (product_id, name, sku, price, final_price, cost, low_stock_threshold, supplier_id, deleted, sequence)
select * from json_to_recordset(%(products)s::json) as given(
    product_id bigint, name text, sku text, price numeric, final_price numeric, cost numeric,
    low_stock_threshold int, supplier_id bigint, deleted bool, sequence bigint
)
order by product_id
on conflict (product_id) do update set
    name = excluded.name, sku = excluded.sku, price = excluded.price, final_price = excluded.final_price,
    cost = excluded.cost, low_stock_threshold = excluded.low_stock_threshold,
    supplier_id = excluded.supplier_id, deleted = excluded.deleted, sequence = excluded.sequence
where known.sequence < excluded.sequence
returning product_id
"""

# A batch that describes products may also name others by their sales (`sales/recording.py`). It has the table
# for itself, so that two batches do not wait for each other's rows. Recording locks both in this order.
HOLD_PRODUCTS: Sequence[LiteralString] = (
    "lock table sale_facts in row exclusive mode",
    "lock table products in share row exclusive mode",
)

# A batch that describes products may also change the stock of others. It has the table for itself, so that
# two batches do not wait for each other's rows; descriptions are few beside changes of stock.
LOCK_STOCKS = "lock table product_stocks in share row exclusive mode"

# The stock of a description is stored as long as no ledger entry is known (`ledger_id` 0).
DESCRIBE_STOCKS = """
insert into product_stocks as known
    (product_id, current_stock, ledger_id, in_catalog, low_stock_threshold, unit_cost, final_price)
select product_id, current_stock, 0, not deleted, low_stock_threshold, unit_cost, final_price
from json_to_recordset(%(products)s::json) as given(
    product_id bigint, current_stock bigint, deleted bool, low_stock_threshold int, unit_cost numeric,
    final_price numeric
)
where product_id = any(%(described)s)
on conflict (product_id) do update set
    current_stock = case known.ledger_id when 0 then excluded.current_stock else known.current_stock end,
    in_catalog = excluded.in_catalog, low_stock_threshold = excluded.low_stock_threshold,
    unit_cost = excluded.unit_cost, final_price = excluded.final_price
"""

INSERT_STOCKS = """
insert into product_stocks as known (product_id, current_stock, ledger_id)
select product_id, current_stock, ledger_id
from json_to_recordset(%(levels)s::json) as given(product_id bigint, current_stock bigint, ledger_id bigint)
order by product_id
on conflict (product_id) do update set
    current_stock = excluded.current_stock, ledger_id = excluded.ledger_id
where known.ledger_id < excluded.ledger_id
"""

INSERT_TURNS = """
insert into stock_turns (product_id, ledger_id, day, in_stock)
select product_id, ledger_id, day, in_stock
from json_to_recordset(%(turns)s::json) as given(product_id bigint, ledger_id bigint, day date, in_stock bool)
order by product_id, ledger_id
on conflict do nothing
"""


async def hold_products(tx: Transaction, events: Sequence[Received[ProductChanged]]) -> None:
    """Let no other batch name or describe products until this one, which describes some, is committed."""
    for statement in HOLD_PRODUCTS:
        await tx.execute(statement)


async def describe_products(tx: Transaction, events: Sequence[Received[ProductChanged]]) -> None:
    """Store the descriptions from newer events. A deleted product is kept and marked deleted."""
    rows = (
        received.event.model_dump()
        | {
            "sequence": received.sequence,
            "unit_cost": unit_cost(cost=received.event.cost, price=received.event.price),
        }
        for received in newest(events, lambda event: event.product_id)
    )
    products = json_rows(rows)
    described = await tx.fetch_values(INSERT_PRODUCTS, {"products": products})
    if described:
        await tx.execute(LOCK_STOCKS)
        await tx.execute(DESCRIBE_STOCKS, {"products": products, "described": described})


async def set_stocks(
    tx: Transaction, events: Sequence[Received[StockChanged]], *, timezone: ZoneInfo
) -> None:
    """Store the stock after each product's newest entry, and the days on which it ran out or came back."""
    entries = [(level, received.event.changed_at) for received in events for level in received.event.products]
    await store_levels(tx, [level for level, _ in entries])
    turns = [(level, changed_at) for level, changed_at in entries if _is_turn(level)]
    if turns:
        await store_turns(tx, turns, timezone=timezone)


async def store_levels(tx: Transaction, levels: Sequence[StockLevel]) -> None:
    """Store the stock after the newest of each product's ledger entries."""
    in_order = sorted(levels, key=lambda level: level.ledger_id)
    last = {level.product_id: level for level in in_order}.values()
    await tx.execute(INSERT_STOCKS, {"levels": json_rows(level.model_dump() for level in last)})


async def store_turns(
    tx: Transaction, turns: Sequence[tuple[StockLevel, datetime]], *, timezone: ZoneInfo
) -> None:
    """Store the ledger entries by which stock ran out or came back, on the store's days of their times."""
    rows = (
        {
            "product_id": level.product_id,
            "ledger_id": level.ledger_id,
            "day": store_day(changed_at, timezone),
            "in_stock": level.current_stock > 0,
        }
        for level, changed_at in turns
    )
    await tx.execute(INSERT_TURNS, {"turns": json_rows(rows)})


def _is_turn(level: StockLevel) -> bool:
    """Whether the stock ran out by this entry, or was nothing before it."""
    return (level.current_stock > 0) != (level.current_stock - level.change > 0)
