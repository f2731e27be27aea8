"""Measures the queues of a service at the broker, for the metrics of its workers."""

from collections.abc import Sequence

from aio_pika.abc import AbstractChannel

from libs.common.errors import Unavailable
from libs.common.messaging.broker import Broker
from libs.common.messaging.metrics import (
    consumer_dead_letters,
    consumer_retrying_events,
    consumer_waiting_messages,
)
from libs.common.messaging.topology import RETRY_DELAYS_SECONDS, messages_in


async def measure_queues(
    broker: Broker, service: str, *, retry_delays_seconds: Sequence[float] = RETRY_DELAYS_SECONDS
) -> None:
    """Set the gauges, at the cost of one channel and a question for each queue.

    Waits while the broker is away. The gauges then keep their values, and until a new service has its queues.
    """
    waiting, *retrying, dead = broker.topology.queues(service, retry_delays_seconds)
    await broker.connected()
    try:
        async with broker.channel() as channel:
            counts = await _counts(channel, (waiting, dead, *retrying))
    except Unavailable:
        return
    if counts:
        in_queue, in_letters, *in_retries = counts
        consumer_waiting_messages.set(in_queue)
        consumer_dead_letters.set(in_letters)
        consumer_retrying_events.set(sum(in_retries))


async def _counts(channel: AbstractChannel, queues: Sequence[str]) -> list[int]:
    """The number of messages in each queue; none at all if one of them does not exist yet."""
    counts = []
    for queue in queues:
        count = await messages_in(channel, queue)
        if count is None:
            return []
        counts.append(count)
    return counts
