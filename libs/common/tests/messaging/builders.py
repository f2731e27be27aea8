"""Events for tests, and ways to send them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4

from libs.common.contracts.event import Event
from libs.common.contracts.sales import OrderCancelled, OrderCreated
from libs.common.db.database import Database
from libs.common.messaging.broker import Broker
from libs.common.messaging.envelope import Envelope
from libs.common.messaging.messages import messages_of
from libs.common.messaging.topology import declare_dead_letters, declare_service_queues

NOON = datetime(2026, 3, 2, 18, tzinfo=UTC)


def a_cancelled_order(order_id: int = 1) -> OrderCancelled:
    """An order that was called off."""
    return OrderCancelled(
        order_uuid=uuid4(), order_id=order_id, channel="POS", reason="changed their mind", cancelled_at=NOON
    )


def a_created_order(order_id: int = 1) -> OrderCreated:
    """An order that was placed."""
    return OrderCreated(
        order_uuid=uuid4(),
        order_id=order_id,
        channel="POS",
        user_id=7,
        final_amount=Decimal("10.00"),
        created_at=NOON,
    )


def an_envelope(event: Event, *, subject: str = "order/1", sequence: int = 1) -> Envelope:
    """The event as a relay would publish it."""
    return Envelope(uuid4(), event.event_type, subject, NOON, sequence, event.model_dump_json())


async def declare_queues(
    broker: Broker, service: str, *models: type[Event], retry_delays_seconds: Sequence[float] = ()
) -> None:
    """Declare what a consumer of these types would, so that events can wait for it."""
    async with broker.channel() as channel:
        types = [model.event_type for model in models]
        await declare_service_queues(channel, broker.topology, service, types, retry_delays_seconds)
        await declare_dead_letters(channel, broker.topology, service)


async def publish(database: Database, *events: OrderCancelled | OrderCreated) -> None:
    """Commit events to the outbox, in one transaction."""
    async with database.transaction() as tx:
        for event in events:
            tx.publish(event, subject=f"order/{event.order_id}")


async def send(broker: Broker, *messages: Envelope | Event) -> None:
    """Publish straight to the exchange, each in a message of its own."""
    async with broker.channel() as channel:
        exchange = await channel.get_exchange(broker.topology.exchange, ensure=False)
        for message in messages:
            envelope = message if isinstance(message, Envelope) else an_envelope(message)
            [alone] = messages_of([envelope])
            await exchange.publish(alone, routing_key=envelope.type)


async def send_together(broker: Broker, *events: Envelope | Event) -> None:
    """Publish straight to the exchange as a relay does: those of a type share a message."""
    envelopes = [event if isinstance(event, Envelope) else an_envelope(event) for event in events]
    async with broker.channel() as channel:
        exchange = await channel.get_exchange(broker.topology.exchange, ensure=False)
        for message in messages_of(envelopes):
            assert message.type
            await exchange.publish(message, routing_key=message.type)
