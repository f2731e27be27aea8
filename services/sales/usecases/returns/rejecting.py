"""Rejects the open returns of an order whose goods are put back by its cancellation."""

from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

from libs.common.contracts.sales import ReturnChanged
from libs.common.db.database import Transaction
from libs.common.messaging.publishing import published
from services.sales.domain.lifecycles import REJECT_CANCELLED

UPDATE_OPEN_TO_REJECTED: LiteralString = f"""
with rejected as (
    update returns set status = %(to)s, updated_at = %(now)s
    where order_id = %(order_id)s and status = any(%(from)s) and deleted_at is null
    returning *
), {
    published(
        ReturnChanged,
        of="rejected join orders on orders.id = rejected.order_id",
        subject="'order/' || orders.uuid",
        return_uuid="rejected.uuid",
        return_id="rejected.id",
        order_uuid="orders.uuid",
        order_id="orders.id",
        channel="orders.channel",
        user_id="rejected.user_id",
        status="rejected.status",
        is_deleted="false",
        changed_at="rejected.updated_at",
    )
}
select id from rejected
"""


@dataclass(frozen=True, slots=True)
class _Rejected:
    id: int


async def reject_open_returns(tx: Transaction, order_id: int, *, now: datetime) -> None:
    """Reject what is requested or approved. The order is locked."""
    await tx.publish_all(
        _Rejected, UPDATE_OPEN_TO_REJECTED, {**REJECT_CANCELLED.sql, "order_id": order_id, "now": now}
    )
