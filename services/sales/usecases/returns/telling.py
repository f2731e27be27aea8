"""Publishes that a return was requested, has changed, or was processed."""

from datetime import datetime
from typing import LiteralString

from libs.common.contracts.sales import (
    RequestedLine,
    ReturnChanged,
    ReturnedLine,
    ReturnProcessed,
    ReturnRequested,
)
from libs.common.db.database import Transaction
from services.sales.domain.returns import ReturnLine
from services.sales.usecases.returns.reading import RETURN_COLUMNS
from services.sales.usecases.returns.views import ReturnOfOrder

CHANGED_COLUMNS: LiteralString = (
    RETURN_COLUMNS + ", returns.deleted_at, orders.uuid as order_uuid, orders.channel"
)
"""The columns of `ReturnOfOrder`, for `update returns … from orders … returning`."""


def tell_request(tx: Transaction, requested: ReturnOfOrder, lines: tuple[ReturnLine, ...]) -> None:
    """Publish a new return."""
    tx.publish(
        ReturnRequested(
            return_uuid=requested.uuid,
            return_id=requested.id,
            order_uuid=requested.order_uuid,
            order_id=requested.order_id,
            channel=requested.channel,
            user_id=requested.user_id,
            lines=tuple(
                RequestedLine(
                    product_id=line.product_id,
                    product_name=line.product_name,
                    quantity=line.quantity,
                    refund_amount=line.refund_amount,
                    disposition=line.disposition,
                    reason=line.reason,
                )
                for line in lines
            ),
            refund_amount=requested.total_refund,
            requested_at=requested.created_at,
        ),
        subject=f"order/{requested.order_uuid}",
    )


def tell_change(tx: Transaction, changed: ReturnOfOrder, *, now: datetime) -> None:
    """Publish the return's status, and whether it is deleted now."""
    tx.publish(
        ReturnChanged(
            return_uuid=changed.uuid,
            return_id=changed.id,
            order_uuid=changed.order_uuid,
            order_id=changed.order_id,
            channel=changed.channel,
            user_id=changed.user_id,
            status=changed.status,
            is_deleted=changed.deleted_at is not None,
            changed_at=now,
        ),
        subject=f"order/{changed.order_uuid}",
    )


def tell_processed(
    tx: Transaction,
    processed: ReturnOfOrder,
    lines: tuple[ReturnLine, ...],
    *,
    is_everything_back: bool,
    now: datetime,
) -> None:
    """Publish that the goods of the return have come back, upon which catalog takes them in."""
    tx.publish(
        ReturnProcessed(
            return_uuid=processed.uuid,
            return_id=processed.id,
            order_uuid=processed.order_uuid,
            order_id=processed.order_id,
            channel=processed.channel,
            user_id=processed.user_id,
            lines=tuple(
                ReturnedLine(
                    product_id=line.product_id,
                    product_name=line.product_name,
                    quantity=line.quantity,
                    refund_amount=line.refund_amount,
                    disposition=line.disposition,
                )
                for line in lines
            ),
            refund_amount=processed.total_refund,
            is_everything_back=is_everything_back,
            processed_at=now,
        ),
        subject=f"order/{processed.order_uuid}",
    )
