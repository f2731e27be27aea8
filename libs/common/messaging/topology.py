"""Names and arguments of the exchange, the history and each service's queues.

Everything is durable and replicated (quorum queues), and a message leaves a queue only once the
next one has it (at-least-once dead lettering, which requires `reject-publish`).
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aio_pika import ExchangeType
from aio_pika.abc import AbstractChannel, AbstractExchange, AbstractQueue
from aio_pika.exceptions import ChannelNotFoundEntity

RETRY_DELAYS_SECONDS: tuple[float, ...] = (1, 5, 30, 300)
HISTORY_DAYS = 30
HISTORY_SEGMENT_BYTES = 100_000_000  # age is enforced by whole segments: small ones are deleted on time
DELIVERIES_MAX = 100  # after these, an event that crashes its consumer is set aside
UNLIMITED_DELIVERIES = (
    1_000_000_000  # listing dead letters also counts as a delivery, and must never drop one
)

# For a service's dozen declarations on a busy broker. One whose answer never comes must not be awaited for
# ever: the process would look ready and do nothing.
ANSWER_SECONDS = 30

Arguments = dict[str, Any]

HISTORY_ARGUMENTS: Arguments = {
    "x-queue-type": "stream",
    "x-max-age": f"{HISTORY_DAYS}D",
    "x-stream-max-segment-size-bytes": HISTORY_SEGMENT_BYTES,
}


@dataclass(frozen=True, slots=True)
class Topology:
    """The names, with a prefix that separates suites on a shared broker."""

    prefix: str = ""

    @property
    def exchange(self) -> str:
        """The topic exchange for all events; the routing key is the event's type."""
        return f"{self.prefix}events"

    @property
    def history(self) -> str:
        """The stream that stores published events."""
        return f"{self.prefix}events.history"

    def queue(self, service: str) -> str:
        """The queue of a service's events."""
        return f"{self.prefix}{service}"

    def retry_queue(self, service: str, delay_seconds: float) -> str:
        """The queue in which a failed event waits before it goes back.

        The delay is part of the name, because the arguments of an existing queue cannot change.
        """
        return f"{self.prefix}{service}.retry.{delay_seconds:g}"

    def dead_letters(self, service: str) -> str:
        """The queue of events that the service could not apply."""
        return f"{self.prefix}{service}.dead"

    def own_exchange(self, service: str) -> str:
        """The direct exchange that reaches the service's own queues, each by its name.

        The broker's default exchange reaches every queue, so a service's login may not publish there.
        """
        return f"{self.prefix}{service}"

    def queues(self, service: str, retry_delays_seconds: Sequence[float] = RETRY_DELAYS_SECONDS) -> list[str]:
        """The names of all queues of a service."""
        retries = [self.retry_queue(service, delay) for delay in retry_delays_seconds]
        return [self.queue(service), *retries, self.dead_letters(service)]


async def declare_exchange(channel: AbstractChannel, topology: Topology) -> AbstractExchange:
    """Declare the exchange, and the history bound to all events."""
    async with asyncio.timeout(ANSWER_SECONDS):
        exchange = await channel.declare_exchange(topology.exchange, ExchangeType.TOPIC, durable=True)
        history = await channel.declare_queue(topology.history, durable=True, arguments=HISTORY_ARGUMENTS)
        await history.bind(exchange, routing_key="#")
    return exchange


async def declare_service_queues(
    channel: AbstractChannel,
    topology: Topology,
    service: str,
    event_types: Sequence[str],
    retry_delays_seconds: Sequence[float] = RETRY_DELAYS_SECONDS,
) -> AbstractQueue:
    """Declare a service's queue, bound to its types, its retry queues, and the exchange that reaches them."""
    async with asyncio.timeout(ANSWER_SECONDS):
        own = await channel.declare_exchange(
            topology.own_exchange(service), ExchangeType.DIRECT, durable=True
        )
        queue = await channel.declare_queue(
            topology.queue(service), durable=True, arguments=queue_arguments(topology, service)
        )
        await queue.bind(own, routing_key=queue.name)
        for delay_seconds in retry_delays_seconds:
            retry = await channel.declare_queue(
                topology.retry_queue(service, delay_seconds),
                durable=True,
                arguments=retry_arguments(topology, service, delay_seconds),
            )
            await retry.bind(own, routing_key=retry.name)
        for event_type in event_types:
            await queue.bind(topology.exchange, routing_key=event_type)
    return queue


async def find_service_queues(
    channel: AbstractChannel,
    topology: Topology,
    service: str,
    retry_delays_seconds: Sequence[float] = RETRY_DELAYS_SECONDS,
) -> AbstractQueue:
    """The queue of a service whose queues others declare. Raises `AMQPError` if one of all is missing.

    Without the queue for an event that fails, the broker would deliver it again and again, with those that
    were taken together, and after `DELIVERIES_MAX` put all of them into the dead letters.
    """
    own, *others = topology.queues(service, retry_delays_seconds)
    async with asyncio.timeout(ANSWER_SECONDS):
        queue = await channel.get_queue(own)
        for name in others:
            await channel.get_queue(name)
    return queue


async def declare_dead_letters(channel: AbstractChannel, topology: Topology, service: str) -> None:
    """Declare a service's dead-letter queue, whose messages stay until replayed or discarded."""
    async with asyncio.timeout(ANSWER_SECONDS):
        queue = await channel.declare_queue(
            topology.dead_letters(service), durable=True, arguments=dead_letters_arguments()
        )
        await queue.bind(topology.own_exchange(service), routing_key=queue.name)


async def exists(channel: AbstractChannel, queue_name: str) -> bool:
    """Whether a queue exists. If not, the broker closes the channel."""
    return await messages_in(channel, queue_name) is not None


async def messages_in(channel: AbstractChannel, queue_name: str) -> int | None:
    """The number of messages that wait in a queue. Without a queue None; the broker closes the channel."""
    try:
        queue = await channel.declare_queue(queue_name, passive=True, timeout=ANSWER_SECONDS)
    except ChannelNotFoundEntity:
        return None
    return queue.declaration_result.message_count or 0


def queue_arguments(topology: Topology, service: str) -> Arguments:
    """The arguments of a service's queue."""
    return {
        "x-queue-type": "quorum",
        "x-delivery-limit": DELIVERIES_MAX,
        **_dead_lettered_to(topology.dead_letters(service)),
    }


def subscriber_queue_arguments(topology: Topology, name: str) -> Arguments:
    """The arguments of a subscriber's queue, which drops its oldest message when it is full.

    A service's queue would refuse the new one instead, and everybody's events would wait for this subscriber.
    At-least-once dead lettering needs that refusal, so it is left out.
    """
    return {
        "x-queue-type": "quorum",
        "x-delivery-limit": DELIVERIES_MAX,
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": topology.dead_letters(name),
    }


def retry_arguments(topology: Topology, service: str, delay_seconds: float) -> Arguments:
    """The arguments of a retry queue."""
    return {
        "x-queue-type": "quorum",
        "x-message-ttl": round(delay_seconds * 1000),
        **_dead_lettered_to(topology.queue(service)),
    }


def dead_letters_arguments() -> Arguments:
    """The arguments of a dead-letter queue."""
    return {"x-queue-type": "quorum", "x-delivery-limit": UNLIMITED_DELIVERIES}


def _dead_lettered_to(queue: str) -> Arguments:
    return {
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": queue,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }
