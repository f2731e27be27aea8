"""Events for tests."""

from datetime import UTC, datetime
from uuid import uuid4

from libs.common.contracts.sales import OrderCancelled, OrderCreated
from libs.common.db.database import Database

NOON = datetime(2026, 3, 2, 18, tzinfo=UTC)


def a_cancelled_order(order_id: int = 1, *, reason: str = "changed their mind") -> OrderCancelled:
    """An order that was called off."""
    return OrderCancelled(
        order_uuid=uuid4(), order_id=order_id, channel="POS", reason=reason, cancelled_at=NOON
    )


def a_created_order(order_id: int = 1) -> OrderCreated:
    """An order that was placed."""
    return OrderCreated(
        order_uuid=uuid4(), order_id=order_id, channel="POS", user_id=7, final_amount="10.00", created_at=NOON
    )


async def publish(database: Database, *events: OrderCancelled | OrderCreated) -> None:
    """Commit events to the outbox, in one transaction."""
    async with database.transaction() as tx:
        for event in events:
            tx.publish(event, subject=f"order/{event.order_id}")
