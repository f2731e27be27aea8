"""Publishes that a return was requested, has changed, or was processed."""

from datetime import datetime
from typing import Any, LiteralString

from libs.common.contracts.sales import (
    RequestedLine,
    ReturnChanged,
    ReturnedLine,
    ReturnFacts,
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
    _publish(
        tx,
        ReturnRequested(
            **_facts(requested),
            lines=tuple(RequestedLine(**_goods(line), reason=line.reason) for line in lines),
            refund_amount=requested.total_refund,
            requested_at=requested.created_at,
        ),
    )


def tell_change(tx: Transaction, changed: ReturnOfOrder, *, now: datetime) -> None:
    """Publish the return's status, and whether it is deleted now."""
    _publish(
        tx,
        ReturnChanged(
            **_facts(changed),
            status=changed.status,
            is_deleted=changed.deleted_at is not None,
            changed_at=now,
        ),
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
    _publish(
        tx,
        ReturnProcessed(
            **_facts(processed),
            lines=returned_lines(lines),
            refund_amount=processed.total_refund,
            is_everything_back=is_everything_back,
            processed_at=now,
        ),
    )


def returned_lines(lines: tuple[ReturnLine, ...]) -> tuple[ReturnedLine, ...]:
    """The lines as the events of returns of both channels tell them."""
    return tuple(ReturnedLine(**_goods(line)) for line in lines)


def _publish(tx: Transaction, event: ReturnFacts) -> None:
    tx.publish(event, subject=f"order/{event.order_uuid}")


def _facts(view: ReturnOfOrder) -> dict[str, Any]:
    return {
        "return_uuid": view.uuid,
        "return_id": view.id,
        "order_uuid": view.order_uuid,
        "order_id": view.order_id,
        "channel": view.channel,
        "user_id": view.user_id,
    }


def _goods(line: ReturnLine) -> dict[str, Any]:
    return {
        "product_id": line.product_id,
        "product_name": line.product_name,
        "quantity": line.quantity,
        "refund_amount": line.refund_amount,
        "disposition": line.disposition,
    }
