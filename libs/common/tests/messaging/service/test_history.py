"""What was published can be read again, and given to one service."""

from collections.abc import Awaitable, Callable
from contextlib import aclosing
from datetime import timedelta
from typing import Any

import orjson

from libs.common.contracts.sales import OrderCancelled, OrderCreated
from libs.common.messaging.broker import Broker
from libs.common.messaging.envelope import Envelope
from libs.common.messaging.history import Wanted, read_history, replay_history
from libs.common.messaging.topology import declare_service_queues
from libs.common.tests.messaging.builders import (
    NOON,
    a_cancelled_order,
    a_created_order,
    an_envelope,
    send,
)

Eventually = Callable[..., Awaitable[Any]]


async def subjects(broker: Broker, wanted: Wanted) -> list[str]:
    async with aclosing(read_history(broker, wanted, idle_seconds=0.5)) as messages:
        return [orjson.loads(message.body)["subject"] async for message in messages]


def at(minutes: int, envelope: Envelope) -> Envelope:
    return Envelope(
        envelope.id,
        envelope.type,
        envelope.subject,
        NOON + timedelta(minutes=minutes),
        envelope.sequence,
        envelope.data,
    )


async def test_the_history_keeps_what_was_published_in_order(broker: Broker) -> None:
    await send(broker, *(an_envelope(a_created_order(), subject=f"order/{number}") for number in range(500)))
    assert await subjects(broker, Wanted()) == [f"order/{number}" for number in range(500)]


async def test_the_history_is_read_by_type_and_subject(broker: Broker) -> None:
    await send(
        broker,
        an_envelope(a_created_order(), subject="order/1"),
        an_envelope(a_cancelled_order(), subject="order/2"),
        an_envelope(a_cancelled_order(), subject="order/3"),
    )
    wanted = Wanted(types=[OrderCancelled.event_type], subjects=["order/1", "order/2"])
    assert await subjects(broker, wanted) == ["order/2"]


async def test_the_history_is_read_from_a_time_on(broker: Broker) -> None:
    early = at(0, an_envelope(a_created_order(), subject="order/1"))
    late = at(10, an_envelope(a_created_order(), subject="order/2"))
    await send(broker, early, late)
    assert await subjects(broker, Wanted(since=NOON + timedelta(minutes=5))) == ["order/2"]


async def test_an_empty_history_ends(broker: Broker) -> None:
    assert await subjects(broker, Wanted()) == []


async def test_a_replay_reaches_one_service_alone(broker: Broker) -> None:
    await send(broker, a_created_order(1), a_cancelled_order(1))
    async with broker.channel() as channel:
        for service in ("analytics", "catalog"):
            await declare_service_queues(channel, broker.topology, service, [OrderCreated.event_type])
    wanted = Wanted(types=[OrderCreated.event_type])
    assert await replay_history(broker, wanted, "analytics", idle_seconds=0.5) == 1
    assert [await queued(broker, service) for service in ("analytics", "catalog")] == [1, 0]


async def queued(broker: Broker, service: str) -> int | None:
    async with broker.channel() as channel:
        queue = await channel.declare_queue(broker.topology.queue(service), passive=True)
        return queue.declaration_result.message_count
