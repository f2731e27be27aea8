"""Writes movements of stock to the ledger and publishes them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from libs.common.contracts.catalog import StockChanged, StockLevel
from libs.common.db.database import Transaction
from services.catalog.domain.products import Product
from services.catalog.domain.stock import Reason

INSERT_LEDGER_LINE = """
    insert into stock_ledger (product_id, change, balance, reason, user_id, created_at)
    values (%(product_id)s, %(change)s, %(balance)s, %(reason)s, %(user_id)s, %(at)s)
    returning id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """A ledger line for a product."""

    product_id: int
    change: int
    balance: int
    ledger_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """The cause of a movement. `reference` is the order's uuid, or names the counted product."""

    reason: Reason
    reference: str
    user_id: int | None
    at: datetime


async def record_count(tx: Transaction, product: Product, *, change: int, reason: Reason, by: int) -> None:
    """Record and publish that a user set the product's stock; do nothing if it did not change.

    The caller must have locked the product's row in `tx`: the lock keeps the ledger's order.
    """
    if change == 0:
        return
    cause = Cause(reason=reason, reference=f"product-{product.id}", user_id=by, at=product.updated_at)
    line = {
        "product_id": product.id,
        "change": change,
        "balance": product.current_stock,
        "reason": reason,
        "user_id": by,
        "at": cause.at,
    }
    ledger_id = await tx.fetch_value(INSERT_LEDGER_LINE, line)
    publish_stock_changed(
        tx,
        cause,
        [Movement(product_id=product.id, change=change, balance=product.current_stock, ledger_id=ledger_id)],
    )


def publish_stock_changed(tx: Transaction, cause: Cause, movements: Iterable[Movement]) -> None:
    """Publish one event for all movements of one cause."""
    levels = tuple(
        StockLevel(
            product_id=movement.product_id,
            change=movement.change,
            current_stock=movement.balance,
            ledger_id=movement.ledger_id,
        )
        for movement in movements
    )
    event = StockChanged(
        reason=cause.reason,
        reference=cause.reference,
        user_id=cause.user_id,
        products=levels,
        changed_at=cause.at,
    )
    tx.publish(event, subject=f"stock/{cause.reference}")
