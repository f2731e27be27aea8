"""Rejects the open returns of an order whose goods are put back by its cancellation."""

from datetime import datetime
from typing import LiteralString

from libs.common.db.database import Transaction
from services.sales.domain.lifecycles import REJECT_CANCELLED
from services.sales.usecases.returns.telling import CHANGED_COLUMNS, tell_change
from services.sales.usecases.returns.views import ReturnOfOrder

UPDATE_OPEN_TO_REJECTED: LiteralString = f"""
update returns set status = %(to)s, updated_at = %(now)s
from orders
where order_id = %(order_id)s and orders.id = order_id
    and returns.status = any(%(from)s) and returns.deleted_at is null
returning {CHANGED_COLUMNS}
"""


async def reject_open_returns(tx: Transaction, order_id: int, *, now: datetime) -> None:
    """Reject what is requested or approved, and publish it. The order is locked (`lock_order`)."""
    params = {**REJECT_CANCELLED.sql, "order_id": order_id, "now": now}
    for rejected in await tx.fetch_all(ReturnOfOrder, UPDATE_OPEN_TO_REJECTED, params):
        tell_change(tx, rejected, now=now)
