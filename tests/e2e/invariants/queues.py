"""Counts the events in the services' queues at the broker."""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from aio_pika.abc import AbstractChannel
from aio_pika.exceptions import ChannelNotFoundEntity

from libs.common.messaging.broker import Broker

CONSUMERS = ("catalog", "customers", "analytics", "sales")
WITHIN_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Queues:
    """Consumer → the number of events that wait (also for another try), and that are dead letters."""

    ready: Mapping[str, int] = field(default_factory=dict)
    dead: Mapping[str, int] = field(default_factory=dict)

    def waits(self, service: str | None = None) -> bool:
        """Whether events wait for the service, or for any."""
        return any(self.ready.values()) if service is None else self.ready.get(service, 0) > 0


def count_queues(amqp_url: str, prefix: str) -> Queues:
    """Ask the broker. Raises `Unavailable` or `TimeoutError`. The thread may have an event loop."""
    with ThreadPoolExecutor(1) as elsewhere:
        return elsewhere.submit(asyncio.run, _count(amqp_url, prefix)).result()


async def _count(amqp_url: str, prefix: str) -> Queues:
    broker = Broker(amqp_url, prefix=prefix, name="invariants")
    ready, dead = {}, {}
    async with asyncio.timeout(WITHIN_SECONDS):
        await broker.open()
        try:
            await broker.connected()
            for service in CONSUMERS:
                *waiting, letters = broker.topology.queues(service)
                ready[service] = sum([await _length(broker, name) for name in waiting])
                dead[service] = await _length(broker, letters)
        finally:
            await broker.close()
    return Queues(ready, dead)


async def _length(broker: Broker, name: str) -> int:
    """The number of messages in a queue; 0 if it does not exist, as a missing queue closes the channel."""
    try:
        async with broker.channel() as channel:
            return await _declared(channel, name)
    except ChannelNotFoundEntity:
        return 0


async def _declared(channel: AbstractChannel, name: str) -> int:
    queue = await channel.declare_queue(name, passive=True)
    return queue.declaration_result.message_count or 0
