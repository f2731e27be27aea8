"""Published events can be read again and replayed to one service."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from libs.common.clock import system_clock
from libs.common.contracts.event import CONTENT_TYPE
from libs.common.contracts.sales import OrderCancelled, OrderCreated
from libs.common.messaging.broker import Broker
from libs.common.messaging.history import Wanted, read_history, replay_history
from libs.common.tests.messaging.builders import (
    a_cancelled_order,
    a_created_order,
    an_envelope,
    declare_queues,
    send,
    send_together,
)

Eventually = Callable[..., Awaitable[Any]]


async def subjects(broker: Broker, wanted: Wanted) -> list[str]:
    async with aclosing(read_history(broker, wanted)) as batches:
        return [event.subject async for events in batches for event in events]


async def test_the_history_keeps_what_was_published_in_order(broker: Broker) -> None:
    await send(broker, *(an_envelope(a_created_order(), subject=f"order/{number}") for number in range(500)))
    assert await subjects(broker, Wanted()) == [f"order/{number}" for number in range(500)]


async def test_the_history_reads_batches_by_event(broker: Broker) -> None:
    early, late = [
        replace(
            an_envelope(a_created_order(), subject=f"order/{number}"),
            time=system_clock() - timedelta(hours=age),
        )
        for number, age in ((1, 2), (2, 0))
    ]
    other = an_envelope(a_cancelled_order(), subject="order/3")
    await send_together(broker, early, other, late)
    assert await subjects(broker, Wanted()) == ["order/1", "order/2", "order/3"]
    assert await subjects(broker, Wanted(since=system_clock() - timedelta(hours=1))) == ["order/2"]
    assert await subjects(broker, Wanted(subjects=["order/1"])) == ["order/1"]


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
    now = system_clock()
    early = replace(an_envelope(a_created_order(), subject="order/1"), time=now - timedelta(hours=2))
    late = replace(an_envelope(a_created_order(), subject="order/2"), time=now)
    await send(broker, early, late)
    assert await subjects(broker, Wanted(since=now - timedelta(hours=1))) == ["order/2"]


async def test_an_empty_history_ends(broker: Broker) -> None:
    assert await subjects(broker, Wanted()) == []


async def test_what_is_older_than_30_days_is_not_replayed(broker: Broker) -> None:
    await send(broker, a_created_order())

    def a_month_later() -> datetime:
        return system_clock() + timedelta(days=31)

    async with aclosing(read_history(broker, Wanted(), clock=a_month_later)) as batches:
        assert [event async for events in batches for event in events] == []


async def test_a_replay_reaches_one_service_alone(broker: Broker) -> None:
    await send(broker, a_created_order(1), a_cancelled_order(1))
    await declare_queues(broker, "analytics", OrderCreated)
    await declare_queues(broker, "catalog", OrderCreated)
    wanted = Wanted(types=[OrderCreated.event_type])
    assert await replay_history(broker, wanted, "analytics") == 1
    assert [await queued(broker, service) for service in ("analytics", "catalog")] == [1, 0]


async def test_one_event_out_of_a_batch_is_replayed_alone(broker: Broker) -> None:
    envelopes = [an_envelope(a_created_order(number), subject=f"order/{number}") for number in range(5)]
    await send_together(broker, *envelopes)
    await declare_queues(broker, "analytics", OrderCreated)
    assert await replay_history(broker, Wanted(subjects=["order/3"]), "analytics") == 1
    async with broker.channel() as channel:
        queue = await channel.declare_queue(broker.topology.queue("analytics"), passive=True)
        replayed = await queue.get()
    assert (replayed.body, replayed.content_type) == (envelopes[3].to_json(), CONTENT_TYPE)


async def test_what_was_published_together_is_replayed_together(broker: Broker) -> None:
    await send_together(broker, *(a_created_order(number) for number in range(5)))
    await declare_queues(broker, "analytics", OrderCreated)
    assert await replay_history(broker, Wanted(), "analytics") == 5
    assert await queued(broker, "analytics") == 1


async def queued(broker: Broker, service: str) -> int | None:
    async with broker.channel() as channel:
        queue = await channel.declare_queue(broker.topology.queue(service), passive=True)
        return queue.declaration_result.message_count


async def test_a_reader_that_has_enough_ends_the_command_quietly(broker: Broker, amqp_url: str) -> None:
    await send(broker, *(an_envelope(a_created_order(), subject=f"order/{number}") for number in range(200)))
    reading, writing = os.pipe()
    os.close(reading)
    command = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "libs.common.messaging.history"),
        env={"AMQP_URL": amqp_url, "AMQP_PREFIX": broker.topology.prefix},
        stdout=writing,
        stderr=asyncio.subprocess.PIPE,
    )
    os.close(writing)
    _, said = await command.communicate()
    assert (command.returncode, said) == (0, b"")
