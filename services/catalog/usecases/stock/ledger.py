"""Writes movements of stock to the ledger and publishes them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

from libs.common.contracts.catalog import StockChanged, StockLevel, StockLow
from libs.common.db.database import Transaction
from libs.common.db.json_rows import json_rows
from services.catalog.domain.products import Level, Product, turns_low
from services.catalog.domain.stock import Reason

MOVEMENT: LiteralString = "id as ledger_id, product_id, change, balance, reason, reference, user_id"
"""The columns of `Movement`, for `insert into stock_ledger … returning`."""

INSERT_LEDGER_LINES: LiteralString = f"""
    insert into stock_ledger (product_id, change, balance, reason, reference, user_id, note, created_at)
    select product_id, change, balance, %(reason)s, 'product-' || product_id, %(user_id)s, %(note)s, %(at)s
    from json_to_recordset(%(rows)s) as row (product_id bigint, change bigint, balance bigint)
    order by product_id
    returning {MOVEMENT}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """A ledger line for a product. `reference` is the uuid of an order or a return, or names a product."""

    product_id: int
    change: int
    balance: int
    ledger_id: int
    reason: str
    reference: str
    user_id: int | None


async def record_counts(
    tx: Transaction,
    counts: Sequence[tuple[Product, int]],
    *,
    reason: Reason,
    by: int | None,
    note: str | None = None,
) -> None:
    """Record and publish that a user set the stock of these products, with its change, if it changed.

    The caller must have locked the products' rows in `tx`: the locks keep the ledger's order.
    """
    changed = [(product, change) for product, change in counts if change]
    if not changed:
        return
    rows = [
        {"product_id": product.id, "change": change, "balance": product.current_stock}
        for product, change in changed
    ]
    at = changed[0][0].updated_at
    params = {"rows": json_rows(rows), "reason": reason, "user_id": by, "note": note, "at": at}
    publish_movements(tx, await tx.fetch_all(Movement, INSERT_LEDGER_LINES, params), at=at)


def publish_movements(tx: Transaction, movements: Iterable[Movement], *, at: datetime) -> None:
    """Publish one event for all movements of one cause: their reason, reference and user."""
    levels: dict[tuple[str, str, int | None], list[StockLevel]] = defaultdict(list)
    for movement in movements:
        levels[movement.reason, movement.reference, movement.user_id].append(
            StockLevel(
                product_id=movement.product_id,
                change=movement.change,
                current_stock=movement.balance,
                ledger_id=movement.ledger_id,
            )
        )
    for (reason, reference, user_id), of_cause in levels.items():
        event = StockChanged(
            reason=reason, reference=reference, user_id=user_id, products=tuple(of_cause), changed_at=at
        )
        tx.publish(event, subject=f"stock/{reference}")


def publish_if_low(tx: Transaction, product_id: int, before: Level, after: Level) -> None:
    """Publish that the product's stock is low, if a change made it so."""
    if turns_low(before, after):
        event = StockLow(
            product_id=product_id,
            current_stock=after.current_stock,
            low_stock_threshold=after.low_stock_threshold,
        )
        tx.publish(event, subject=f"product/{product_id}")
